-- What the oracle needs: types that PostgreSQL does not have, casts it does not have, and the form
-- in which it answers.
SET client_min_messages = warning;
SET TIME ZONE 'UTC';
SET extra_float_digits = 1;
SET bytea_output = 'hex';

CREATE DOMAIN tinyint AS int2 CHECK (value BETWEEN -128 AND 127);
CREATE DOMAIN utinyint AS int2 CHECK (value BETWEEN 0 AND 255);
CREATE DOMAIN usmallint AS int4 CHECK (value BETWEEN 0 AND 65535);
CREATE DOMAIN uint AS int8 CHECK (value BETWEEN 0 AND 4294967295);
CREATE DOMAIN ubigint AS numeric(20, 0) CHECK (value BETWEEN 0 AND 18446744073709551615);

-- PostgreSQL's own cast from float8 to numeric keeps 15 digits only.
CREATE FUNCTION float_to_ubigint(x float8) RETURNS ubigint LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF round(x) >= 9223372036854775808 THEN
        RETURN (round(x) - 9223372036854775808)::int8::numeric + 9223372036854775808;
    END IF;
    RETURN round(x)::int8;
END $$;

-- numeric reads fractions and exponents, too, which are no integers.
CREATE FUNCTION text_to_ubigint(x text) RETURNS ubigint LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF x !~ '^[ \t\n\v\f\r]*[+-]?[0-9]+[ \t\n\v\f\r]*$' THEN
        RAISE invalid_text_representation;
    END IF;
    RETURN x::numeric;
END $$;

-- There are no NaN and no infinities.
CREATE FUNCTION finite(x float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF x IN ('NaN', 'Infinity', '-Infinity') THEN RAISE invalid_text_representation; END IF;
    RETURN x;
END $$;
CREATE FUNCTION finite(x float4) RETURNS float4 LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF x IN ('NaN', 'Infinity', '-Infinity') THEN RAISE invalid_text_representation; END IF;
    RETURN x;
END $$;
CREATE FUNCTION finite(x numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF x IN ('NaN', 'Infinity', '-Infinity') THEN RAISE invalid_text_representation; END IF;
    RETURN x;
END $$;

-- Numbers are decimal: float8 reads hexadecimal ones, too. An exponent below minus ten thousand
-- makes nothing of a number; numeric takes it for an overflow.
CREATE FUNCTION in_decimal(x text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF x ~ '[xX]' THEN RAISE invalid_text_representation; END IF;
    RETURN regexp_replace(x, '([eE]-)0*[1-9][0-9]{4,}', '\1999');
END $$;

-- A pattern that ends with its escape character is an error, also where the text is told from it
-- before its end. (No escape character is an empty one.)
CREATE FUNCTION pattern_is_whole(pattern text, escape text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    at int4 := 1;
BEGIN
    WHILE escape <> '' AND at <= length(pattern) LOOP
        IF substr(pattern, at, 1) = escape THEN
            IF at = length(pattern) THEN RAISE invalid_escape_sequence; END IF;
            at := at + 1;
        END IF;
        at := at + 1;
    END LOOP;
    RETURN true;
END $$;
CREATE FUNCTION is_like(x text, pattern text, escape text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT AS
    $$ BEGIN RETURN pattern_is_whole(pattern, escape) AND x LIKE pattern ESCAPE escape; END $$;
CREATE FUNCTION is_ilike(x text, pattern text, escape text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT AS
    $$ BEGIN RETURN pattern_is_whole(pattern, escape) AND x ILIKE pattern ESCAPE escape; END $$;

-- Texts of times are ISO 8601 and nothing else.
CREATE FUNCTION iso_timestamp(x text) RETURNS timestamptz LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    IF x !~ '^[ \t\n\v\f\r]*[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)?[ \t\n\v\f\r]*$' THEN
        RAISE invalid_datetime_format;
    END IF;
    RETURN x::timestamptz;
END $$;
CREATE FUNCTION iso_date(x text) RETURNS date LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    IF x !~ '^[ \t\n\v\f\r]*[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)?[ \t\n\v\f\r]*$' THEN
        RAISE invalid_datetime_format;
    END IF;
    RETURN x::date;
END $$;
-- No TIME is read from an instant with a T.
CREATE FUNCTION timely(x text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
    $$ SELECT regexp_replace(x, '([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]', '\1 ') $$;
CREATE FUNCTION iso_time(x text) RETURNS time LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    IF x !~ '^[ \t\n\v\f\r]*([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ])?[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?[ \t\n\v\f\r]*$'
        OR timely(x)::time = '24:00:00' THEN
        RAISE invalid_datetime_format;
    END IF;
    RETURN timely(x)::time;
END $$;

-- What is no number, unit, sign or time is no INTERVAL; PostgreSQL passes over punctuation, over
-- a unit before the first number, and reads hours behind a fraction.
CREATE FUNCTION strict_interval(x text) RETURNS interval LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    IF x !~ '[0-9]' OR x ~ '[^-+:.@0-9A-Za-z \t\n\v\f\r]|:([^0-9]|$)|(^|[^0-9]):|[-+]\s*$|:[0-9]{3}|^\s*[A-OQ-Za-oq-z]|[.][0-9]+:' THEN
        RAISE invalid_datetime_format;
    END IF;
    RETURN x::interval;
END $$;

-- Halves of a TIMESTAMP are rounded up; PostgreSQL rounds them away from the year 2000. No year is
-- beyond 9999.
CREATE FUNCTION half_up(x timestamptz, digits int4) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    x := CASE digits
        WHEN 0 THEN date_trunc('second', x + interval '0.5 seconds', 'UTC')
        ELSE date_trunc('milliseconds', x + interval '0.0005 seconds', 'UTC') END;
    IF x >= '10000-01-01 00:00:00+00' THEN RAISE datetime_field_overflow; END IF;
    RETURN x;
END $$;

CREATE FUNCTION in_years(x timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF x < '0001-01-01 00:00:00+00' OR x >= '10000-01-01 00:00:00+00' THEN
        RAISE datetime_field_overflow;
    END IF;
    RETURN x;
END $$;

CREATE FUNCTION in_years(x date) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF x < '0001-01-01' OR x >= '10000-01-01' THEN RAISE datetime_field_overflow; END IF;
    RETURN x;
END $$;

-- A TIMESTAMP(9) does not reach as far as others.
CREATE FUNCTION in_nanoseconds(x timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    IF x NOT BETWEEN '1677-09-21 00:12:43.145225+00' AND '2262-04-11 23:47:16.854775+00' THEN
        RAISE datetime_field_overflow;
    END IF;
    RETURN x;
END $$;

-- The text of a TIMESTAMP has 0, 3 or 6 digits of a second.
CREATE FUNCTION fraction(micros text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE
        WHEN micros = '000000' THEN ''
        WHEN micros LIKE '%000' THEN '.' || substr(micros, 1, 3)
        ELSE '.' || micros END $$;
CREATE FUNCTION rfc3339(x timestamptz) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT to_char(x AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || fraction(
        to_char(x AT TIME ZONE 'UTC', 'US')) || 'Z' $$;

-- TRY_CAST: NULL where the cast fails. `cast_of_it` is SQL over $1, `kind` a NULL of the type.
CREATE FUNCTION attempt(cast_of_it text, x anycompatible, kind anyelement) RETURNS anyelement
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    EXECUTE 'SELECT ' || cast_of_it INTO kind USING x;
    RETURN kind;
EXCEPTION WHEN data_exception OR check_violation THEN
    RETURN NULL;
END $$;

-- A constant that the planner does not simplify expressions with.
CREATE FUNCTION opaque(x anyelement) RETURNS anyelement LANGUAGE plpgsql VOLATILE AS
    $$ BEGIN RETURN x; END $$;

-- A value as text with its type before it; NULL is null.
CREATE FUNCTION answer(x boolean) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'boolean ' || coalesce(to_json(x)::text, 'null') $$;
CREATE FUNCTION answer(x int2) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'int2 ' || coalesce(x::text, 'null') $$;
CREATE FUNCTION answer(x int4) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'int4 ' || coalesce(x::text, 'null') $$;
CREATE FUNCTION answer(x int8) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'int8 ' || coalesce(x::text, 'null') $$;
CREATE FUNCTION answer(x float4) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'float4 ' || coalesce(x::text, 'null') $$;
CREATE FUNCTION answer(x float8) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'float8 ' || coalesce(x::text, 'null') $$;
CREATE FUNCTION answer(x numeric) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'numeric ' || coalesce(x::text, 'null') $$;
CREATE FUNCTION answer(x text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'text ' || coalesce(to_json(x)::text, 'null') $$;
CREATE FUNCTION answer(x bytea) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'bytea ' || coalesce(to_json(replace(encode(x, 'base64'), E'\n', ''))::text, 'null') $$;
CREATE FUNCTION answer(x timestamptz) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT 'timestamptz ' || coalesce(
        '"' || to_char(x AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null') $$;
CREATE FUNCTION answer(x timestamp) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'timestamp ' || coalesce(x::text, 'null') $$;
CREATE FUNCTION answer(x date) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'date ' || coalesce('"' || to_char(x, 'YYYY-MM-DD') || '"', 'null') $$;
CREATE FUNCTION answer(x time) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'time ' || coalesce('"' || x::text || '"', 'null') $$;
CREATE FUNCTION answer(x interval) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'interval ' || coalesce('"' || x::text || '"', 'null') $$;
CREATE FUNCTION answer(x json) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT 'json ' || coalesce(translate(x::text, E'\n\r', '  '), 'null') $$;
