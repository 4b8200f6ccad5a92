"""The checks of the category, without a component around them: `python3 -m unittest`."""

import json
import random
import unittest

from dataset import kinds, package, pattern, strict_json
from dataset.findings import Refused


def judge(files: dict, canonical: str = "{}"):
    """The dataset of some files, or the rules that refuse it."""
    files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    sizes = {path: len(files[path]) for path in sorted(files)}
    try:
        return package.read(canonical, sizes, lambda path, offset, length: files[path][offset : offset + length])
    except Refused as refused:
        return [reason.rule for reason in refused.reasons]


def table(fields: list, text, **schema) -> dict:
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, **schema}}
    return {"datapackage.json": json.dumps({"name": "a", "resources": [resource]}), "t.csv": text}


class Patterns(unittest.TestCase):
    def test_a_pattern_matches_the_whole_value(self):
        for source, yes, no in (
            ("a+b?", ("a", "aab"), ("", "b", "abb")),
            (r"[A-Z]{2}\d{3,}", ("AB123", "AB1234"), ("AB12", "ab123")),
            ("(a|bc)*d", ("d", "abcad"), ("bd", "")),
            (r"[^a-c\d]+", ("xyz",), ("xa", "x1", "")),
            (r"[a\-z]\.", ("a.", "-.", "z."), ("b.", "ab")),
            ("a{0,2}", ("", "aa"), ("aaa",)),
        ):
            compiled = pattern.Pattern(source)
            self.assertTrue(all(compiled.matches(text) for text in yes), source)
            self.assertFalse(any(compiled.matches(text) for text in no), source)

    def test_what_keeps_other_engines_busy_for_hours_is_answered_at_once(self):
        self.assertFalse(pattern.Pattern("(?:a*)*b").matches("a" * 10_000))
        self.assertTrue(pattern.Pattern("(a?){50}a{50}").matches("a" * 50))
        hard = pattern.Pattern("(?:a|b)*a(?:a|b){90}")
        dice = random.Random(1)
        with self.assertRaises(pattern.TooExpensive):
            for _ in range(1000):
                hard.matches("".join(dice.choice("ab") for _ in range(1000)))

    def test_what_is_not_the_same_everywhere_is_no_pattern(self):
        for source in (r"\p{L}", r"(a)\1", "^a$", "a**", "a+?", "(?=a)", "[[a]]", "a{,3}", "a{3,1}", "(a", "a)", "[]", "[z-a]"):
            with self.assertRaises(pattern.BadPattern, msg=source):
                pattern.Pattern(source)


class Values(unittest.TestCase):
    def test_values_are_written_as_the_standard_says(self):
        for kind, right, wrong in (
            ("integer", ("0", "-12", "+007"), ("", "1.0", "1e3", "１", " 1", "9" * 100)),
            ("number", ("1", "-.5", "1e9", "INF", "NaN"), ("1,5", "0x1", "inf", "1 000")),
            ("boolean", ("true", "0"), ("yes", "tRue", "")),
            ("date", ("2024-02-29",), ("2023-02-29", "2024-2-9", "29.02.2024", "0000-01-01")),
            ("time", ("13:05:00", "00:00:00.5Z"), ("24:00:00", "13:05")),
            ("datetime", ("2026-11-26T13:05:00Z",), ("2026-11-26 13:05:00", "2026-11-26")),
            ("year", ("0885", "-0044", "12026"), ("885", "20 26")),
            ("yearmonth", ("2026-11",), ("2026-13", "2026-1")),
            ("duration", ("P1D", "PT0.5S", "-P1Y2M"), ("P", "PT", "1D")),
            ("geopoint", ("14.42, 50.09",), ("200, 0", "1", "a, b")),
            ("array", ("[1]",), ("{}", "[1", '[{"a": 1, "a": 2}]')),
        ):
            read = kinds.reader(kind, {})
            for text in right:
                read(text)
            for text in wrong:
                with self.assertRaises(kinds.BadValue, msg=f"{kind} {text!r}"):
                    read(text)

    def test_json_is_read_in_one_way_only(self):
        for text in ('{"a": 1, "a": 1}', "NaN", "[" * 40 + "]" * 40, "9007199254740993", "1e999", "", '"\\', "[1,]", '"\\ud800"'):
            with self.assertRaises(strict_json.NotJson, msg=text):
                strict_json.loads(text)


class Datasets(unittest.TestCase):
    def test_a_table_is_read_to_its_last_cell(self):
        rows = "n\n" + "".join(f"{n}\n" for n in range(50_000))
        read = judge(table([{"name": "n", "type": "integer", "constraints": {"unique": True}}], rows))
        self.assertEqual(read.tables[0].rows, 50_000)
        wrong = judge(table([{"name": "n", "type": "integer", "constraints": {"unique": True}}], rows + "0\n"))
        self.assertEqual(wrong, ["value.duplicate"])

    def test_a_character_may_lie_across_two_reads(self):
        for shift in range(4):
            text = "a\n" + "".join("x" * 99 + "\n" for _ in range(655)) + "y" * (30 + shift) + "€\n"
            self.assertEqual(judge(table([{"name": "a"}], text)).tables[0].rows, 656)

    def test_what_is_too_much_for_a_call_is_refused(self):
        self.assertEqual(judge(table([{"name": "a"}], "a\n" + "b\n" * 500_000)), ["package.too-large"])
        self.assertEqual(judge(table([{"name": "a"}], "a" * 5_000_000)), ["package.too-large"])
        self.assertEqual(judge(table([{"name": "a"}], "a" * 300_000)), ["file.malformed"])

    def test_not_a_number_is_within_no_bounds(self):
        self.assertEqual(judge(table([{"name": "a", "type": "number", "constraints": {"maximum": 1}}], "a\nNaN\n")), ["value.out-of-range"])

    def test_a_reference_of_which_a_part_is_missing_refers_to_nothing(self):
        key = {"fields": ["a", "b"], "reference": {"resource": "", "fields": ["b", "a"]}}
        fields = [{"name": "a"}, {"name": "b"}]
        self.assertEqual(judge(table(fields, "a,b\n1,\n2,3\n3,2\n", foreignKeys=[key])).tables[0].rows, 3)
        self.assertEqual(judge(table(fields, "a,b\n2,3\n", foreignKeys=[key])), ["reference.broken"])

    def test_broken_bytes_are_refused_and_nothing_else(self):
        dice = random.Random(7)
        whole = table(
            [{"name": "a", "type": "date"}, {"name": "b", "constraints": {"pattern": "[a-z]+"}}],
            'a,b\n2026-11-26,"x"\n2026-11-27,yz\n', primaryKey="a",
        )  # fmt: skip
        for _ in range(3000):
            files = {path: bytearray(text.encode()) for path, text in whole.items()}
            for _ in range(dice.randrange(1, 4)):
                broken = files[dice.choice(sorted(files))]
                broken[dice.randrange(len(broken))] = dice.choice(b'"{}[],:0\xff\n\x00a')
            judge({path: bytes(text) for path, text in files.items()})


if __name__ == "__main__":
    unittest.main()
