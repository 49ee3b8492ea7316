-- What the victim is to the offender, with the source's code; both are persons.
SELECT
    person.person_ref AS victim_ref,
    suspect.person_ref AS suspect_ref,
    tie.RELATIONSHIP_CODE AS code,
    pair._file,
    pair._row
FROM nibrs_victim_offender_rel AS pair
JOIN _persons AS person USING (VICTIM_ID)
JOIN _suspects AS suspect USING (OFFENDER_ID)
LEFT JOIN nibrs_relationship AS tie ON tie.RELATIONSHIP_ID = pair.RELATIONSHIP_ID AND tie._folder = pair._folder
