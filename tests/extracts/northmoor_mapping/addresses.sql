SELECT
    AddressRef AS address_ref,
    replace(HouseStreet, chr(10), ', ') AS line,
    Postcode AS postcode,
    Beat AS neighbourhood,
    CASE Type WHEN 'HOME' THEN 'home' WHEN 'REFU' THEN 'refuge' WHEN 'OTHR' THEN 'other' ELSE Type END AS kind,
    Protected = 'Y' AS protected,
    _file,
    _row
FROM addresses
