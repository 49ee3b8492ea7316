SELECT 'northmoor' AS source
