// purpose: What follows from given evidence on a dyad: its sticky ledger, clusters of risk, harm and threat score, as of a day.
// caution: History and research-backed combinations, for a professional's judgement; the score orders cases for review and says nothing of what will happen.
// param cases: list[dict] -- For each dyad its lists and its evidence, as `evidence` returns it.
// param as_of: date -- The day that windows are counted to.
// param rules: dict -- Factors, instruments, cluster catalogue, harm of each code and weights, as `rules` prepares them.
// column dyad: dict -- The dyad as it was given.
// column ledger: list[dict] -- For each factor that was ever answered with yes: its state, days, answers and retractions.
// column matches: list[dict] -- Clusters matched: id, version, since when, by what and by which records.
// column counts: dict -- Incidents in windows, and hundredths of days of harm in windows.
// column harm: list[dict] -- Offences: id, day reported, code, hundredths of days of harm.
// column score: int -- Threat score.
// column band: str -- What a score of this height is called.
// column parts: list[dict] -- Parts of the score that have points: name and points.
// column next_change_on: date | None -- First day on which time alone alters any of this.
UNWIND $cases AS each
WITH each.dyad AS dyad, each.forms AS told, each.offences AS offences, each.signs AS records
WITH dyad, offences, records, [
  form IN told
  | {
    id: form[0],
    on: form[1],
    at: form[2],
    asks: $rules.forms[form[3]],
    answers: form[4],
    retracted: [each IN form[5] WHERE $rules.forms[form[3]].items[each[0]] IS NOT NULL
      | [$rules.forms[form[3]].items[each[0]], each[1]]]
  }
] AS forms
CALL (forms) {
  UNWIND forms AS form
  UNWIND [each IN form.asks.hits WHERE form.answers[each.place] IN each.bytes | each.at] AS i
  WITH DISTINCT i
  ORDER BY i
  WITH i, [
    form IN forms
    | {
      id: form.id,
      on: form.on,
      at: form.at,
      byte: form.answers[form.asks.places[i]],
      code: form.asks.meaning[i][form.answers[form.asks.places[i]]],
      retracted: [each IN form.retracted WHERE each[0] = i | each[1]]
    }
  ] AS said
  WITH i, said, [form IN said WHERE form.code IS NOT NULL AND size(form.retracted) = 0] AS asked,
       [form IN said WHERE form.code = 1 AND size(form.retracted) > 0] AS taken_back
  WHERE size(taken_back) > 0
    OR any(form IN asked WHERE form.code = 1 OR form.byte > 16)
  WITH i, said, asked, taken_back, [form IN asked WHERE form.code = 1] AS yes
  WITH i, said, asked, taken_back, yes,
       [form IN asked WHERE form.code = 0 AND (
         coalesce(form.on > yes[0].on, false)
         OR any(other IN yes WHERE other.on = form.on AND coalesce(other.at <= form.at, true))
       )] AS nos,
       [form IN asked WHERE form.on = asked[-1].on] AS last_day
  WITH i, said, asked, taken_back, yes, nos, [
         form IN last_day
         WHERE NOT any(other IN last_day WHERE coalesce(other.at > form.at, false))
         | form.code
       ] AS last
  WITH $rules.factors[i] AS factor, i, said, asked, nos, size(yes) = 0 AS lacking,
       CASE WHEN size(yes) > 0 THEN yes ELSE taken_back END AS yes,
       CASE
         WHEN 1 IN last THEN 'yes'
         WHEN 0 IN last THEN 'no'
         WHEN size(asked) > 0 THEN 'dont_know'
         ELSE 'retracted'
       END AS latest
  RETURN collect({
    at: i,
    factor: factor.factor,
    state: CASE
      WHEN size(yes) = 0 THEN 'below'
      WHEN lacking THEN 'retracted'
      WHEN factor.scope = 'ever' THEN CASE WHEN size(nos) > 0 THEN 'contradicted' ELSE 'affirmed' END
      WHEN factor.scope = 'window' THEN
        CASE WHEN yes[-1].on > $as_of - duration({days: factor.days}) THEN 'current' ELSE 'expired' END
      ELSE CASE WHEN latest = 'yes' THEN 'current' ELSE 'past' END
    END,
    first_yes_on: yes[0].on,
    last_yes_on: yes[-1].on,
    latest: latest,
    yes_on: [form IN yes | form.on],
    yes_days: [k IN range(0, size(yes) - 1) WHERE k = 0 OR yes[k].on > yes[k - 1].on | yes[k].on],
    yes_in: [form IN yes | form.id],
    no_on: [form IN nos | form.on],
    no_in: [form IN nos | form.id],
    levels: [form IN asked WHERE form.byte >= 16 | form.byte],
    levels_on: [form IN asked WHERE form.byte >= 16 | form.on],
    retracted_by: reduce(all = [], form IN said | all + form.retracted)
  }) AS ledger
}
WITH dyad, offences, ledger, [offence IN offences | $rules.harm[offence[2]]] AS harms, records,
     [on IN dyad.incident_on | duration.inDays(on, $as_of).days] AS ages
WITH dyad, offences, ledger, harms, records, ages,
     [offence IN offences | duration.inDays(offence[1], $as_of).days] AS offence_ages
WITH dyad, offences, offence_ages, ledger, harms, ages, records, {
       in_30: size([age IN ages WHERE age < 30]),
       in_90: size([age IN ages WHERE age < 90]),
       in_180: size([age IN ages WHERE age < 180]),
       in_365: size([age IN ages WHERE age < 365]),
       in_730: size([age IN ages WHERE age < 730]),
       in_window: size([age IN ages WHERE age < $rules.window_days]),
       ever: size(ages),
       harm: reduce(sum = 0, i IN range(0, size(harms) - 1)
         | sum + CASE WHEN offence_ages[i] < $rules.window_days THEN coalesce(harms[i], 0) ELSE 0 END),
       harm_ever: reduce(sum = 0, harm IN harms | sum + coalesce(harm, 0)),
       harm_180: reduce(sum = 0, i IN range(0, size(harms) - 1)
         | sum + CASE WHEN offence_ages[i] < 180 THEN coalesce(harms[i], 0) ELSE 0 END),
       harm_360: reduce(sum = 0, i IN range(0, size(harms) - 1)
         | sum + CASE WHEN offence_ages[i] >= 180 AND offence_ages[i] < 360 THEN coalesce(harms[i], 0) ELSE 0 END),
       unweighed: size([harm IN harms WHERE harm IS NULL])
     } AS counts
WITH dyad, offences, offence_ages, ledger, harms, ages, counts, records
  + CASE
      WHEN counts.in_90 > 1 AND counts.in_90 > counts.in_180 - counts.in_90
        THEN [['escalation_frequency', dyad.incident_on[-1], null, dyad.incident_ids[-1]]]
      ELSE []
    END
  + CASE
      WHEN counts.harm_180 > counts.harm_360 AND counts.harm_360 > 0
        THEN [['escalation_harm', dyad.incident_on[-1], null, dyad.incident_ids[-1]]]
      ELSE []
    END AS signs
WITH *,
     reduce(all = [], entry IN [entry IN ledger WHERE NOT entry.state IN ['below', 'retracted']] | all + [
       member IN $rules.of_factor[entry.at]
       WHERE CASE member.holds
         WHEN 'ever' THEN size(entry.yes_days) >= member.times
         WHEN 'now' THEN entry.latest = 'yes'
         ELSE entry.last_yes_on > $as_of - duration({days: member.days})
       END
       | member.at
     ])
     + reduce(all = [], offence IN offences | all + [
       member IN coalesce($rules.of_offence[offence[2]], [])
       WHERE member.holds = 'ever' OR offence[1] > $as_of - duration({days: member.days})
       | member.at
     ])
     + reduce(all = [], sign IN signs | all + [
       member IN coalesce($rules.of_sign[sign[0]], [])
       WHERE CASE member.holds
         WHEN 'now' THEN coalesce(sign[1] <= $as_of, true) AND coalesce(sign[2] >= $as_of, true)
         ELSE sign[1] <= $as_of AND sign[1] > $as_of - duration({days: member.days})
       END
       | member.at
     ]) AS held
CALL (held, ledger, offences, signs) {
  UNWIND [
    cluster IN $rules.clusters
    WHERE all(part IN cluster.groups WHERE size([m IN part.members WHERE m IN held]) >= part.at_least)
  ] AS cluster
  CALL (cluster, held, ledger, offences, signs) {
    UNWIND cluster.groups AS part
    CALL (part, held, ledger, offences, signs) {
      UNWIND [m IN part.members WHERE m IN held | $rules.members[m]] AS member
      WITH CASE
        WHEN member.factor IS NOT NULL THEN head([entry IN ledger WHERE entry.at = member.factor
          | {by: entry.factor, on: CASE member.holds WHEN 'ever' THEN entry.yes_days[member.times - 1] ELSE entry.last_yes_on END,
             records: entry.yes_in}])
        WHEN member.offences IS NOT NULL THEN
          head([found IN [[offence IN offences WHERE offence[2] IN member.offences
              AND (member.holds = 'ever' OR offence[1] > $as_of - duration({days: member.days}))]]
            | {by: 'offence ' + found[0][2], on: found[0][1], records: [offence IN found | offence[0]]}])
        ELSE head([found IN [[sign IN signs WHERE sign[0] = member.sign AND CASE member.holds
              WHEN 'now' THEN coalesce(sign[1] <= $as_of, true) AND coalesce(sign[2] >= $as_of, true)
              ELSE sign[1] <= $as_of AND sign[1] > $as_of - duration({days: member.days})
            END]]
            | {by: member.sign, on: found[0][1], records: [sign IN found | sign[3]]}])
      END AS each
      ORDER BY each.on, each.by
      RETURN collect(each) AS holding
    }
    RETURN CASE WHEN count(holding[part.at_least - 1].on) = count(*) THEN max(holding[part.at_least - 1].on) END AS since_on, collect(holding) AS held_by
  }
  WITH cluster, since_on, reduce(all = [], some IN held_by | all + [each IN some WHERE NOT each IN all]) AS reasons
  RETURN collect({
    cluster_id: cluster.cluster_id,
    version: cluster.version,
    since_on: since_on,
    by: [each IN reasons | each.by],
    records: [each IN reasons | each.records]
  }) AS matches
}
WITH *, [
  due IN
    [age IN ages | head([days IN $rules.incident_windows WHERE days > age]) - age]
    + [entry IN ledger WHERE entry.state <> 'retracted' | head([due IN
        [days IN $rules.factor_windows[entry.at] | days - duration.inDays(entry.last_yes_on, $as_of).days] WHERE due > 0])]
    + [age IN offence_ages | head([days IN $rules.offence_windows WHERE days > age]) - age]
    + reduce(all = [], sign IN [sign IN signs WHERE $rules.sign_windows[sign[0]] IS NOT NULL] | all
        + [due IN [duration.inDays($as_of, sign[1]).days, duration.inDays($as_of, sign[2]).days + 1] WHERE due > 0]
        + [due IN [days IN $rules.sign_windows[sign[0]] | days - duration.inDays(sign[1], $as_of).days] WHERE due > 0])
  WHERE due IS NOT NULL
] AS dues
WITH *, CASE WHEN size(dues) > 0 THEN
       $as_of + duration({days: reduce(least = dues[0], due IN dues | CASE WHEN due < least THEN due ELSE least END)})
     END AS next_change_on
WITH *, [
  part IN [
    ['recency', coalesce(head([step IN $rules.recency WHERE ages[-1] < step.edge | step.points]), 0)],
    ['frequency', coalesce(last([step IN $rules.frequency WHERE counts.in_window >= step.edge | step.points]), 0)],
    ['harm', coalesce(last([step IN $rules.harm_steps WHERE counts.harm >= 100 * step.edge | step.points]), 0)]
  ] + [found IN matches | ['cluster ' + found.cluster_id, coalesce($rules.points[found.cluster_id], 0)]]
  WHERE part[1] > 0
] AS parts
WITH *, reduce(sum = 0, part IN parts | sum + part[1]) AS score
WITH dyad, ledger, matches, counts, score, parts, next_change_on,
     last([band IN $rules.bands WHERE score >= band.at_least | band.name]) AS band,
     [i IN range(0, size(offences) - 1) | offences[i] + [harms[i]]] AS harm
RETURN dyad, ledger, matches, counts, harm, score, band, parts, next_change_on
