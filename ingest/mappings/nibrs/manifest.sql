-- When the extract was received is not in it: its own manifest.json may say so, or its files' times do.
SELECT 'nibrs' AS source, 'real' AS kind
