"""Which suspects a restricted fact can reach: for all others every audience sees the same."""

from __future__ import annotations

from collections.abc import Sequence

from graph.connection import Transaction
from ingest.derive.listed import listed

# What is known of a victim beside the pair's own records: markers and homes of whichever of the victim's records.
_HERS = """EXISTS {{
        MATCH ({record})-[:IS]->(she:Person)
        MATCH (she)<-[:IS]-(hers:Nominal)
        WHERE hers.restricted_to IS NOT NULL
          OR EXISTS {{ MATCH (hers)-[:HAS]->(warning:Marker) WHERE warning.restricted_to IS NOT NULL }}
          OR EXISTS {{
            MATCH (hers)-[stay:LIVES_AT]->(home:Address)
            WHERE stay.restricted_to IS NOT NULL OR home.restricted_to IS NOT NULL
          }}
      }}"""
# Every fact whose restriction `dyad_features` and `evidence` test lies on one of these ways from the suspect.
_OWN = f"""
UNWIND $suspects AS id
MATCH (:Person {{person_id: id}})<-[:IS]-(own:Nominal)
WITH id, own
WHERE own.restricted_to IS NOT NULL
  OR EXISTS {{
    MATCH (own)-[tie:RELATED_TO]-(other:Nominal)
    WHERE tie.restricted_to IS NOT NULL OR other.restricted_to IS NOT NULL
  }}
  OR EXISTS {{ MATCH (own)-[:HAS]->(marker:Marker) WHERE marker.restricted_to IS NOT NULL }}
  OR EXISTS {{
    MATCH (own)-[role:SUSPECT_IN]->(incident:Incident)
    WHERE role.restricted_to IS NOT NULL
      OR incident.restricted_to IS NOT NULL
      OR EXISTS {{ MATCH (incident)-[:RECORDS]->(offence:Offence) WHERE offence.restricted_to IS NOT NULL }}
      OR EXISTS {{
        MATCH (incident)<-[other_role:SUSPECT_IN]-(rival:Nominal)
        WHERE other_role.restricted_to IS NOT NULL OR rival.restricted_to IS NOT NULL
      }}
      OR EXISTS {{
        MATCH (incident)<-[harm:VICTIM_IN]-(harmed:Nominal)
        WHERE harm.restricted_to IS NOT NULL OR {_HERS.format(record="harmed")}
      }}
      OR EXISTS {{
        MATCH (incident)<-[:FOLLOWS]-(form:Assessment)-[:OF_VICTIM]->(assessed:Nominal)
        WHERE form.restricted_to IS NOT NULL OR assessed.restricted_to IS NOT NULL
      }}
  }}
  OR EXISTS {{
    MATCH (own)<-[:OF_SUSPECT]-(form:Assessment)
    WHERE form.restricted_to IS NOT NULL
      OR EXISTS {{ MATCH (form)-[:OF_VICTIM]->(assessed:Nominal) WHERE {_HERS.format(record="assessed")} }}
      OR EXISTS {{ MATCH (form)-[:FOLLOWS]->(incident:Incident) WHERE incident.restricted_to IS NOT NULL }}
  }}
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
