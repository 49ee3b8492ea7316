"""The tree of Clew's exceptions.

```
ClewError                  anything that Clew refuses or fails at, in one sentence that names place and cure
├── SettingsError          an environment variable has a value that cannot be used
├── SchemaError            a node or relationship is declared wrongly
├── ReferenceDataError     a versioned data file (instruments, definitions, roles) is wrong
├── QueryFileError         a .cypher file breaks the rules of the catalogue (path:line)
├── QuestionError          a question was asked with parameters that it does not take
│   └── StaleCursor        a list was to go on from a place in conclusions that are not the stored ones any more
├── SignInRefused          nobody can be told from what a request brings
├── NotPermitted           a role, a key or a policy does not allow what was asked
├── AuditUnavailable       who looks cannot be recorded, so nothing is shown
├── AuditBroken            the record of who looked is not as it was written (file, row)
├── AudienceError          a viewer's groups are not one of the audiences of the role mapping
├── EngineError            the local Neo4j cannot be fetched, started or stopped
├── DatabaseUnavailable    a database does not answer, or took longer than it may
├── DatabaseRefused        a database holds the other kind of records, or is not ready for the question
└── SourceError            a delivery or a mapping cannot be read (file, line)
```

Messages never carry a personal value or the value of a setting.
"""

from __future__ import annotations


class ClewError(Exception):
    """Something that Clew refuses or fails at; its text is a sentence for the person who asked."""


class SettingsError(ClewError):
    """An environment variable has a value that cannot be used."""


class SchemaError(ClewError):
    """A node or relationship is declared wrongly."""


class ReferenceDataError(ClewError):
    """A versioned data file (instruments, definitions, roles) is wrong."""


class QueryFileError(ClewError):
    """A .cypher file breaks the rules of the catalogue."""


class QuestionError(ClewError):
    """A question was asked with parameters that it does not take."""


class StaleCursor(QuestionError):
    """A list was to go on from a place in conclusions that are not the stored ones any more."""


class SignInRefused(ClewError):
    """Nobody can be told from what a request brings."""


class NotPermitted(ClewError):
    """A role, a key or a policy does not allow what was asked."""


class AuditUnavailable(ClewError):
    """Who looks cannot be recorded, so nothing is shown."""


class AuditBroken(ClewError):
    """The record of who looked is not as it was written."""


class AudienceError(ClewError):
    """A viewer's groups are not one of the audiences of the role mapping."""


class EngineError(ClewError):
    """The local Neo4j cannot be fetched, started or stopped."""


class DatabaseUnavailable(ClewError):
    """A database does not answer, or took longer than it may."""


class DatabaseRefused(ClewError):
    """A database holds the other kind of records, or is not ready for the question."""


class SourceError(ClewError):
    """A delivery or a mapping cannot be read."""
