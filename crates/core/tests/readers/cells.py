"""Holds every cell of a table against the JSON beside it, with nothing but Python's own csv and json: cells.py TABLE JSON"""
import csv, json, re, sys

BLANK = r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028\u2029\u202f\u3000\ufeff]"
FORMULA = re.compile(rf"((?:^|[;\t\r\n]){BLANK}*)(?=[=+\-@＝＋－＠])")


class Number(str):
    """A number by its exact text."""


def leaves(value, path, depth):
    if isinstance(value, dict) and depth < 4 and value:
        for name, below in value.items():
            name = name.replace("~", "~0").replace("/", "~1")
            yield from leaves(below, path + [name], depth + 1)
    else:
        yield "/".join(path) if depth else "value", value


def guarded(text):
    text = FORMULA.sub(r"\1'", text.replace("\0", "\ufffd"))
    return "'" + text if text[:1] in ("\t", "\r", "\n") else text


def cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return str(value)
    return guarded(value) if isinstance(value, str) else None


def numbers(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    header, *rows = csv.reader(file, strict=True)
with open(sys.argv[2], encoding="utf-8") as file:
    records = numbers(file.read())
assert header[-1] == "_more", header
assert len(rows) == len(records), (len(rows), len(records))
cells = 0
for row, record in zip(rows, records):
    assert len(row) == len(header), row
    found = dict(zip(header[:-1], row))
    more = numbers(row[-1]) if row[-1] else {}
    for path, value in leaves(record, [], 0):
        if path in more:
            assert more.pop(path) == value, (path, value)
            continue
        text = found.pop(guarded(path))
        expected = cell(value)
        # Objects and arrays are JSON, in which a sign is escaped instead.
        assert (text == expected) if expected is not None else (numbers(text) == value), (path, text, expected)
        cells += 1
    assert not more and not any(found.values()), (more, found)
print(cells)
