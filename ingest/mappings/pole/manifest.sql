-- The crimes are real, the people invented; what holds anything real is real.
SELECT 'pole' AS source, 'real' AS kind
