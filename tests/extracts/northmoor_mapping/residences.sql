SELECT
    NominalRef AS person_ref,
    AddressRef AS address_ref,
    as_date("From", '%d/%m/%Y') AS from_on,
    as_date("To", '%d/%m/%Y') AS until_on,
    _file,
    _row
FROM living
