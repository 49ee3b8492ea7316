-- The extract says what the victim is to the offender, so the victim comes first.
SELECT
    victim_ref AS person_ref,
    suspect_ref AS other_ref,
    CASE code
        WHEN 'SE' THEN 'partner'        -- spouse
        WHEN 'CS' THEN 'partner'        -- common-law spouse
        WHEN 'BG' THEN 'partner'        -- boyfriend or girlfriend
        WHEN 'HR' THEN 'partner'        -- homosexual relationship
        WHEN 'XS' THEN 'ex_partner'     -- former spouse
        WHEN 'XR' THEN 'ex_partner'     -- former boyfriend or girlfriend
        WHEN 'PA' THEN 'parent'
        WHEN 'CH' THEN 'child'
        WHEN 'SB' THEN 'sibling'
        WHEN 'GP' THEN 'grandparent'
        WHEN 'GC' THEN 'grandchild'
        WHEN 'IL' THEN 'in_law'
        WHEN 'SP' THEN 'step_parent'
        WHEN 'SC' THEN 'step_child'
        WHEN 'SS' THEN 'step_sibling'
        WHEN 'CF' THEN 'partners_child' -- child of boyfriend or girlfriend
        WHEN 'OF' THEN 'other_family'
        WHEN 'FR' THEN 'friend'
        WHEN 'NE' THEN 'neighbour'
        WHEN 'EE' THEN 'colleague'      -- employee
        WHEN 'ER' THEN 'colleague'      -- employer
        WHEN 'BE' THEN 'cared_for'      -- babysittee
        WHEN 'AQ' THEN 'knows'          -- acquaintance
        WHEN 'OK' THEN 'knows'          -- otherwise known
        ELSE coalesce(code, 'unlisted') -- a code that nobody expected becomes a reject, not a gap
    END AS kind,
    _file,
    _row
FROM _ties
WHERE code IS NULL OR code NOT IN ('ST', 'RU', 'VO') -- no tie; counted by dropped.sql
