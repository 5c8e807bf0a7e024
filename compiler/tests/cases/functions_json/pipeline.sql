-- JSON: the examples of docs/functions.md.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (x INT) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t"]'
);

CREATE VIEW examples AS
SELECT
    json_array_length('[1, [2, 3]]') AS e0,
    json_exists('{"a": {"b": null}}', '$.a.b') AS e1,
    json_exists('{"a": 1}', '$.b') AS e2,
    json_get('{"a": [1, {"b": 2}]}', 'a', 1) AS e3,
    json_get('{"a": 1}', 'b') AS e4,
    json_get_int('{"a": [5]}', 'a', 0) AS e5,
    json_get_int('{"a": "5"}', 'a') AS e6,
    json_get_float('{"a": 2.5}', 'a') AS e7,
    json_get_bool('[true]', 0) AS e8,
    json_get_str('["x", "y"]', -1) AS e9,
    json_get_text('{"a": 2.50}', 'a') AS e10,
    json_get_text('{"a": "b\u00e4"}', 'a') AS e11,
    json_get_json('{"a": "b"}', 'a') AS e12,
    json_object_keys('{"b": 1, "a": {"c": 2}}') AS e13,
    cardinality(json_object_keys('{}')) AS e14,
    json_path_query_first('{"a": [{"b": 1}, {"c": 2}]}', '$.a.c') AS e15,
    json_path_query_first('{"a": [{"b": 1}]}', '$.a[0].b') AS e16,
    json_typeof('-1.5') AS e17,
    json_typeof('{}') AS e18
FROM t;
