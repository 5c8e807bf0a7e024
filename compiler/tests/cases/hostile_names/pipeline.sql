-- Names and texts that would like to be code.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE "*/ unsafe { }" (
    "fn" INT, "Self" INT, "self" INT, "A" INT, "a" INT, "_" INT, "row" INT, "add" INT,
    "größe" INT, "quote""d" TEXT, "{brace}" TEXT, "r#""" TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');
CREATE VIEW "match" AS
SELECT "fn" + "Self" + "self" AS "type", "A" + "a" AS "A+a", "_", "row" + "add" AS "value", "größe",
       "quote""d", "{brace}", "r#""" AS "out",
       '"; } fn main() { loop {} } /* {}' AS "json", '}}' AS "passes"
FROM "*/ unsafe { }"
WHERE "fn" > 0 AND "quote""d" <> '"' AND "quote""d" <> '\"#';
