-- A province's cases of three years, a few in a hundred of them open: :cases rows with what hangs on them.
-- As superuser, who is bound by no row security; the trail's chain is not made (nothing here verifies it).
SELECT setseed(0.26);
SET session_replication_role = replica;

CREATE TEMP TABLE hands AS
SELECT row_number() OVER (ORDER BY a.id) AS n, a.id AS agency_id,
       array_agg(h.account_id ORDER BY p.id) AS officers, array_agg(p.unit_id ORDER BY p.id) AS units
FROM agencies a
JOIN positions p ON p.agency_id = a.id AND p.kind IN ('officer', 'head_of_unit')
JOIN holdings h ON h.position_id = p.id
GROUP BY a.id;
CREATE TEMP TABLE kinds AS SELECT array_agg(id ORDER BY id) AS fields FROM fields;
CREATE TEMP TABLE communes_known AS SELECT array_agg(code ORDER BY code) AS codes FROM communes;
CREATE TEMP TABLE words AS SELECT string_to_array(
    'đường hẻm nước thải rác đèn chiếu sáng vỉa hè cây xanh tiếng ồn xây dựng trái phép giấy phép hồ sơ đất đai'
    ' trễ hẹn chợ trường học bệnh viện xe buýt ngập mưa cống thoát công viên hàng rong khói bụi thôn xã phường'
    ' tổ dân phố cầu ổ gà điện cáp trụ biển báo vé phòng khám thuốc giáo viên học phí thuế sổ đỏ bản vẽ', ' ') AS list;

-- Few of them open, those of late; larger agencies get more.
CREATE TEMP TABLE drawn AS
SELECT g AS number, random() < 0.06 AS is_open, random() AS luck, random() AS age, random() AS kind,
       1 + floor(power(random(), 2) * (SELECT count(*) FROM hands))::int AS hand, random() AS person
FROM generate_series(1, :cases) AS g;

CREATE TEMP TABLE drawn_cases AS
SELECT d.*, h.agency_id, 1 + floor(person * array_length(h.officers, 1))::int AS seat, h.officers, h.units,
       CASE WHEN is_open THEN now() - (age * age * 40) * interval '1 day'
            ELSE now() - (30 + age * 1065) * interval '1 day' END AS received,
       CASE WHEN NOT is_open THEN CASE WHEN kind < 0.9 THEN 'answered' WHEN kind < 0.97 THEN 'refused' ELSE 'withdrawn' END
            WHEN kind < 0.03 THEN 'triage' WHEN kind < 0.25 THEN 'assigned' WHEN kind < 0.8 THEN 'in_progress'
            WHEN kind < 0.9 THEN 'awaiting_submitter' ELSE 'awaiting_approval' END AS state
FROM drawn d JOIN hands h ON h.n = d.hand;

INSERT INTO cases (id, reference, tracking_code, submission_digest, channel, locale, state, state_since, title, body,
    place_text, commune_code, submitter_kind, anonymous, reachable_by, consent_publish, confidential, urgent,
    received_at, lead_agency_id, co_agency_ids, unit_id, officer_id, field_id, due_on, citizen_due_on, agency_due_on,
    answered_at, closed_at, restricted_at, restricted_kind, answer_words)
SELECT uuidv7(received - now()), overlay(lpad(number::text, 8, '0') placing '-' from 5 for 0), 'M' || lpad(number::text, 19, '0'),
       number::text, 'web', 'vi', CASE WHEN luck < 0.002 THEN 'restricted' ELSE state END, received,
       (SELECT string_agg(list[1 + 0 * k + floor(random() * array_length(list, 1))::int], ' ') FROM generate_series(1, 8) k WHERE number > 0),
       (SELECT string_agg(CASE WHEN k % 5 = 0 THEN 'từ' || floor(power(random(), 3) * 50000)::int
                          ELSE list[1 + 0 * k + floor(random() * array_length(list, 1))::int] END, ' ')
        FROM generate_series(1, 35) k WHERE number > 0),
       'thôn ' || (number % 90), codes[1 + number % array_length(codes, 1)], 'citizen', false, 'email', false, false, luck > 0.97,
       received, CASE WHEN state = 'triage' THEN NULL ELSE agency_id END,
       CASE WHEN luck BETWEEN 0.5 AND 0.55 AND state <> 'triage' THEN ARRAY[(SELECT min(agency_id) FROM hands) + number % 20] ELSE '{}' END,
       CASE WHEN state = 'triage' THEN NULL ELSE units[seat] END,
       CASE WHEN state IN ('triage', 'assigned') THEN NULL ELSE officers[seat] END,
       fields[1 + number % array_length(fields, 1)],
       (received + interval '21 days')::date, (received + interval '21 days')::date, (received + interval '21 days')::date,
       CASE WHEN state = 'answered' THEN received + luck * 25 * interval '1 day' END,
       CASE WHEN NOT is_open THEN received + luck * 25 * interval '1 day' END,
       CASE WHEN luck < 0.002 THEN received END, CASE WHEN luck < 0.002 THEN 'denunciation' END,
       CASE WHEN state = 'answered' THEN to_tsvector('simple', 'da kiem tra xu ly xong ngay') END
FROM drawn_cases, kinds, communes_known, words;

INSERT INTO periods (case_id, number, opened_at, citizen_due_on, ended_at, on_time)
SELECT id, 1, received_at, citizen_due_on, closed_at, CASE WHEN closed_at IS NOT NULL THEN closed_at::date <= citizen_due_on END FROM cases;
INSERT INTO assignments (id, case_id, agency_id, role, assigned_at, accepted_at)
SELECT gen_random_uuid(), id, lead_agency_id, 'lead', received_at, received_at FROM cases WHERE lead_agency_id IS NOT NULL;
INSERT INTO assignments (id, case_id, agency_id, role, assigned_at)
SELECT gen_random_uuid(), id, co_agency_ids[1], 'co', received_at FROM cases WHERE co_agency_ids <> '{}' AND closed_at IS NULL;
INSERT INTO deadlines (id, case_id, period, clock, version, agency_id, term_key, duration, started_at, due_on, due_at, trace, created_at, met_at)
SELECT gen_random_uuid(), id, 1, clock, 1, CASE clock WHEN 'agency' THEN lead_agency_id END, 'answer', '15wd', received_at, due_on,
       (due_on + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh', :'trace', received_at, closed_at
FROM cases, unnest(ARRAY['citizen', 'agency']) AS clock WHERE lead_agency_id IS NOT NULL OR clock = 'citizen';
INSERT INTO answers (id, case_id, period, version, status, text, written_at, written_by, submitted_at, decided_at)
SELECT gen_random_uuid(), id, 1, 1, CASE WHEN closed_at IS NULL THEN 'submitted' ELSE 'approved' END,
       'Đã kiểm tra, xử lý xong ngày ' || to_char(received_at, 'DD/MM/YYYY') || ' ' || title, received_at, officer_id, received_at, closed_at
FROM cases WHERE officer_id IS NOT NULL AND state IN ('answered', 'awaiting_approval');
INSERT INTO audit_events (stream, seq, id, at, actor, kind, case_id, payload, prev_hash, hash)
SELECT 'case:' || id, n, gen_random_uuid(), received_at + n * interval '1 hour', 'worker',
       (ARRAY['case.received', 'case.to_triage', 'case.accepted'])[n], id,
       (ARRAY['{"channel":"web"}', '{}', '{"officer":null}'])[n], '\x00', '\x00'
FROM cases, generate_series(1, 3) AS n;
INSERT INTO escalation_steps (id, case_id, deadline_id, step, position_id, reached_on, recorded_at)
SELECT gen_random_uuid(), c.id, d.id, 'overdue', p.id, c.due_on, now()
FROM cases c JOIN deadlines d ON d.case_id = c.id AND d.clock = 'agency'
JOIN positions p ON p.agency_id = c.lead_agency_id AND p.kind = 'head_of_agency'
WHERE c.closed_at IS NULL AND c.restricted_at IS NULL AND c.due_on < current_date;
INSERT INTO event_notes (event_id, case_id, text, written_at)
SELECT e.id, e.case_id, 'da goi dien hen ra hien truong thau' || floor(power(random(), 3) * 50000)::int, e.at
FROM audit_events e JOIN cases c ON c.id = e.case_id WHERE e.kind = 'case.accepted' AND c.officer_id IS NOT NULL;
INSERT INTO note_words (case_id, words)
SELECT c.id, to_tsvector('simple', n.text)
       || inbox_marks(c.lead_agency_id, c.co_agency_ids, NULL, NULL, NULL, c.closed_at IS NULL, c.restricted_at IS NOT NULL)
FROM event_notes n JOIN cases c ON c.id = n.case_id;
SET session_replication_role = DEFAULT;
