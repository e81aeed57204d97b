-- What PostgreSQL alone needs for one submission: the same rows as plain inserts, and a durable commit.
SELECT quote_literal(gen_random_uuid()) AS the_case, quote_literal(upper(substr(md5(random()::text), 1, 24))) AS code \gset
BEGIN;
SELECT set_config('app.actor_kind', 'public', true), set_config('app.writing_case', :the_case, true);
INSERT INTO cases (id, reference, tracking_code, submission_digest, channel, locale, state, state_since, title, body, submitter_kind, anonymous, consent_publish, confidential, received_at, due_on, citizen_due_on)
VALUES (:the_case, :code, :code, md5(:code), 'web', 'vi', 'received', now(), 'Đèn đường hỏng', 'Đèn đường trước số nhà 12 đã tắt ba tuần nay, buổi tối đi lại rất nguy hiểm, đề nghị phường cho người sửa.', 'citizen', true, true, false, now(), current_date + 21, current_date + 21);
INSERT INTO submitters (case_id) VALUES (:the_case);
INSERT INTO periods (case_id, number, opened_at, citizen_due_on) VALUES (:the_case, 1, now(), current_date + 21);
INSERT INTO deadlines (id, case_id, period, clock, version, duration, started_at, due_on, due_at, trace, created_at)
VALUES (gen_random_uuid(), :the_case, 1, 'citizen', 1, '15wd', now(), current_date + 21, now() + '21 days', '{}', now());
INSERT INTO deadlines (id, case_id, period, clock, version, state, duration, started_at, due_on, due_at, trace, created_at)
VALUES (gen_random_uuid(), :the_case, 1, 'state', 1, 'received', '1wd', now(), current_date + 1, now() + '1 day', '{}', now());
INSERT INTO audit_events (stream, id, at, actor, kind, case_id, payload)
VALUES ('case:' || :the_case, gen_random_uuid(), now(), 'submitter', 'case.received', :the_case, '{}');
INSERT INTO work (id, kind, subject, created_at, available_at) VALUES (gen_random_uuid(), 'route', :the_case, now(), now());
COMMIT;
