-- Flows over one table share its decoder; a bad row of one leaves the others alone.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id INT,
    v DOUBLE,
    note TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');
CREATE TABLE everything (id BIGINT, v DOUBLE) WITH (connector = 'blackhole');
CREATE TABLE notes (id INT, note TEXT) WITH (connector = 'stdout');
CREATE VIEW high AS SELECT id, v FROM t WHERE v > 10;
INSERT INTO everything SELECT id, v FROM t;
INSERT INTO everything SELECT * FROM high;
INSERT INTO notes SELECT id, upper(note) AS note FROM t WHERE note IS NOT NULL;
INSERT INTO everything SELECT id, v / id FROM t WHERE id <= 0;
INSERT INTO notes SELECT id, note FROM t WHERE id > 0 AND false;
SELECT id FROM t WHERE v IS NULL;
