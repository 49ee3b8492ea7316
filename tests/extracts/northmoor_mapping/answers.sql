-- One form a row becomes one answer a row; UNPIVOT leaves out empty cells, which are not answers.
SELECT
    DASH_DocRef AS assessment_ref,
    regexp_extract(item, '\d+')::INTEGER AS item,
    CASE answer
        WHEN 'Y' THEN 'yes'
        WHEN 'N' THEN 'no'
        WHEN 'D' THEN 'dont_know'
        WHEN '-' THEN 'not_asked'
        ELSE answer
    END AS answer
FROM (UNPIVOT dash ON COLUMNS('DASH_Q\d+') INTO NAME item VALUE answer)
