"""Reads files of columns with PyArrow and DuckDB and compares their values with the rows that they
were made of: `read.py ROWS FILE...` where ROWS has a JSON object on each line. Prints what the
readers take the columns for. Files that are compressed lines are compared with the bytes of ROWS."""

import base64
import datetime
import decimal
import json
import struct
import sys

import duckdb
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq


def instant(text, digits):
    """RFC 3339 in UTC as a number of units since 1970."""
    head, _, fraction = text[:-1].partition(".")
    since = datetime.datetime.fromisoformat(head) - datetime.datetime(1970, 1, 1)
    seconds = since.days * 86_400 + since.seconds
    return seconds * 10**digits + int((fraction or "0").ljust(digits, "0")[:digits])


def expected(kind, text):
    """What a value of this Arrow type is where the row says `text`, and JSON's reader did not
    touch numbers."""
    if text is None:
        return None
    if pa.types.is_floating(kind):
        form = "<f" if kind.bit_width == 32 else "<d"
        return struct.pack(form, float(text))
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_decimal(kind):
        return decimal.Decimal(text)
    if pa.types.is_binary(kind):
        return base64.b64decode(text)
    if pa.types.is_timestamp(kind):
        return instant(text, 9 if kind.unit == "ns" else 6)
    if pa.types.is_date(kind):
        return datetime.date.fromisoformat(text)
    if pa.types.is_time(kind):
        return datetime.time.fromisoformat(text)
    if pa.types.is_struct(kind):
        return {field.name: expected(field.type, text[field.name]) for field in kind}
    if pa.types.is_list(kind):
        return [expected(kind.value_type, element) for element in text]
    if is_json(kind):
        return text
    return text


def is_json(kind):
    return "json" in str(kind).lower()


def got(kind, scalar):
    """The same of what was read."""
    if not scalar.is_valid:
        return None
    if pa.types.is_floating(kind):
        return struct.pack("<f" if kind.bit_width == 32 else "<d", scalar.as_py())
    if pa.types.is_timestamp(kind):
        return scalar.value
    if pa.types.is_struct(kind):
        return {field.name: got(field.type, scalar[field.name]) for field in kind}
    if pa.types.is_list(kind):
        return [got(kind.value_type, element) for element in scalar.values]
    if is_json(kind):
        return json.loads(scalar.as_py(), parse_float=str, parse_int=str)
    return scalar.as_py()


def compare(rows, table, reader):
    assert table.num_rows == len(rows), f"{reader}: {table.num_rows} rows"
    for name in table.column_names:
        kind = table.schema.field(name).type
        for number, (row, scalar) in enumerate(zip(rows, table.column(name))):
            want, have = expected(kind, row[name]), got(kind, scalar)
            assert want == have, f"{reader}, row {number}, {name} ({kind}): {want!r}, not {have!r}"


def compare_bytes(lines, path):
    """What is compressed holds the bytes of `lines`."""
    with open(lines, "rb") as want, pa.input_stream(path, compression="detect") as have:
        assert want.read() == have.read(), path


def main(rows, files):
    if files[0].endswith((".gz", ".zst")):
        for path in files:
            compare_bytes(rows, path)
        return
    with open(rows, encoding="utf-8", newline="\n") as lines:
        rows = [json.loads(line, parse_float=str, parse_int=str) for line in lines]
    for path in files:
        if path.endswith(".parquet"):
            table = pq.read_table(path)
            print("parquet pages:", pq.read_metadata(path).row_group(0).column(0).compression)
            read = duckdb.read_parquet(path)
            for name, kind in zip(read.columns, read.types):
                print(f"duckdb {name}: {kind}")
            count = len(read.fetchall())
            assert count == len(rows), f"DuckDB: {count} rows"
            compare_sql(rows, read)
        else:
            with pa.ipc.open_file(path) as file:
                table = file.read_all()
            # whoever has no reader of their own for the format takes the table
            assert len(duckdb.from_arrow(table).fetchall()) == len(rows)
        compare(rows, table, "PyArrow")
        form = path.rsplit(".", 1)[1]
        for field in table.schema:
            null = "" if field.nullable else " not null"
            print(f"{form} {field.name}: {field.type}{null}")


def compare_sql(rows, read):
    """DuckDB's own reader: numbers and texts as Python has them."""
    names = read.columns
    for number, (row, values) in enumerate(zip(rows, read.fetchall())):
        for name, kind, value in zip(names, map(str, read.types), values):
            want = row[name]
            if want is None:
                assert value is None, f"DuckDB, row {number}, {name}: {value!r}"
            elif kind.endswith("INT") or kind.endswith("INTEGER"):
                assert value == int(want), f"DuckDB, row {number}, {name}: {value!r}"
            elif kind == "DOUBLE":
                assert value == float(want), f"DuckDB, row {number}, {name}: {value!r}"
            elif kind.startswith("DECIMAL"):
                assert value == decimal.Decimal(want), f"DuckDB, row {number}, {name}: {value!r}"
            elif kind == "BLOB":
                assert value == base64.b64decode(want), f"DuckDB, row {number}, {name}: {value!r}"
            elif kind == "DATE":
                assert value.isoformat() == want, f"DuckDB, row {number}, {name}: {value!r}"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
