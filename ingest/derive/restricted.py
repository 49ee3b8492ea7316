"""Which suspects a restricted fact can reach: for all others every audience sees the same."""

from __future__ import annotations

from collections.abc import Sequence

from graph.connection import Transaction
from ingest.derive.listed import listed

# Every fact whose restriction `dyad_features` tests lies on one of these ways from the suspect.
_OWN = """
UNWIND $suspects AS id
MATCH (:Person {person_id: id})<-[:IS]-(own:Nominal)
WITH id, own
WHERE own.restricted_to IS NOT NULL
  OR EXISTS {
    MATCH (own)-[tie:RELATED_TO]-(other:Nominal)
    WHERE tie.restricted_to IS NOT NULL OR other.restricted_to IS NOT NULL
  }
  OR EXISTS {
    MATCH (own)-[role:SUSPECT_IN]->(incident:Incident)
    WHERE role.restricted_to IS NOT NULL
      OR incident.restricted_to IS NOT NULL
      OR EXISTS {
        MATCH (incident)<-[other_role:SUSPECT_IN|VICTIM_IN]-(involved:Nominal)
        WHERE other_role.restricted_to IS NOT NULL OR involved.restricted_to IS NOT NULL
      }
      OR EXISTS {
        MATCH (incident)<-[:FOLLOWS]-(form:Assessment)-[:OF_VICTIM]->(assessed:Nominal)
        WHERE form.restricted_to IS NOT NULL OR assessed.restricted_to IS NOT NULL
      }
  }
  OR EXISTS {
    MATCH (own)<-[:OF_SUSPECT]-(form:Assessment)
    WHERE form.restricted_to IS NOT NULL
      OR EXISTS { MATCH (form)-[:OF_VICTIM]->(assessed:Nominal) WHERE assessed.restricted_to IS NOT NULL }
      OR EXISTS { MATCH (form)-[:FOLLOWS]->(incident:Incident) WHERE incident.restricted_to IS NOT NULL }
  }
RETURN collect(DISTINCT id) AS ids
"""
# Every fact whose restriction `serial_perpetrators` tests lies on one of these ways from a victim.
_OF_VICTIMS = """
UNWIND $suspects AS id
MATCH (:Person {person_id: id})-[:SUSPECT_OF]->(:Dyad)-[:VICTIM]->(victim:Person)
WITH DISTINCT id, victim
MATCH (victim)<-[:IS]-(own:Nominal)
WITH id, own
WHERE own.restricted_to IS NOT NULL
  OR EXISTS {
    MATCH (own)-[tie:RELATED_TO]-(other:Nominal)
    WHERE tie.restricted_to IS NOT NULL OR other.restricted_to IS NOT NULL
  }
  OR EXISTS {
    MATCH (own)-[stay:LIVES_AT]->(home:Address)
    WHERE stay.restricted_to IS NOT NULL OR home.restricted_to IS NOT NULL
  }
  OR EXISTS {
    MATCH (own)-[role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]->(incident:Incident)
    WHERE role.restricted_to IS NOT NULL
      OR incident.restricted_to IS NOT NULL
      OR EXISTS {
        MATCH (incident)<-[other_role:SUSPECT_IN|VICTIM_IN|WITNESS_IN|CHILD_IN|REPORTED|PARTY_TO]-(involved:Nominal)
        WHERE other_role.restricted_to IS NOT NULL OR involved.restricted_to IS NOT NULL
      }
  }
RETURN collect(DISTINCT id) AS ids
"""


def own(transaction: Transaction, suspects: Sequence[str]) -> set[str]:
    """Return those of these suspects whose dyads may differ between audiences."""
    return set(transaction.run(_OWN, {"suspects": listed(suspects)})[0]["ids"])


def of_victims(transaction: Transaction, suspects: Sequence[str]) -> set[str]:
    """Return those of these suspects whose victims may be connected for one audience and not for another."""
    return set(transaction.run(_OF_VICTIMS, {"suspects": listed(suspects)})[0]["ids"])
