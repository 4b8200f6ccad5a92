"""The runner finds what is wrong with a document. Run with `python3 -m unittest discover tests/documents`."""

import os
import pathlib
import re
import tempfile
import unittest

from compare import differs_as_json, differs_as_text
from document import Mistake, anchor, parse
from run import ROOT, broken_links
from session import Failed, Session

HERE = pathlib.Path(__file__)


def document(text: str):
    """A document that says this."""
    return parse(HERE.with_name("sample.md"), text)


def follow(text: str, variant: str | None = None) -> list[str]:
    """What each block of it prints."""
    with tempfile.TemporaryDirectory() as folder:
        session = Session("sample.md", pathlib.Path(folder), dict(os.environ))
        try:
            return [session.run(block) for block in document(text).of(variant) if block.mark != "ignore"]
        finally:
            session.close()


class Blocks(unittest.TestCase):
    def test_blocks_run_in_order_in_one_shell_and_one_folder(self):
        text = "```sh\nname=tide\nmkdir here\ncd here\n```\nand\n```sh\necho $name; basename $PWD\n```\n```text\ntide\nhere\n```\n"
        self.assertEqual(follow(text), ["", "tide\nhere"])

    def test_a_command_that_fails_is_named_by_the_documents_line(self):
        with self.assertRaises(Failed) as caught:
            follow("# Title\n\n```sh\necho one\nfalse\necho two\n```\n")
        self.assertEqual((caught.exception.line, caught.exception.output), (5, "one"))

    def test_a_variable_that_nobody_set_fails(self):
        with self.assertRaises(Failed):
            follow("```sh\necho $nobody_set_this\n```\n")

    def test_a_failure_in_the_middle_of_a_pipe_fails(self):
        with self.assertRaises(Failed):
            follow("```sh\nfalse | cat\n```\n")

    def test_what_should_fail_has_to(self):
        self.assertEqual(follow("```sh fails\necho no; false\n```\n```sh\necho on\n```\n"), ["no", "on"])
        with self.assertRaises(Failed):
            follow("```sh fails\ntrue\n```\n")

    def test_output_that_differs_fails(self):
        with self.assertRaises(Failed):
            follow("```sh\necho 2\n```\nIt prints\n```text\n1\n```\n")
        with self.assertRaises(Failed):
            follow('```sh\necho \'{"a": 2}\'\n```\n```json\n{"a": 1}\n```\n')

    def test_what_is_only_shown_is_not_run(self):
        self.assertEqual(follow("```sh ignore\nexit 1\n```\n"), [])

    def test_a_reader_sees_the_sections_of_one_language(self):
        text = "```sh\necho all\n```\n### In Rust\n```sh\necho rust\n```\n### In C: again\n```sh\necho c\n```\n## Next\n```sh\necho on\n```\n"
        self.assertEqual(document(text).variants, ["rust", "c"])
        self.assertEqual(follow(text, "c"), ["all", "c", "on"])

    def test_an_unknown_mark_is_a_mistake(self):
        with self.assertRaises(Mistake):
            document("```sh ingore\nls\n```\n")
        with self.assertRaises(Mistake):
            document("```sh\nls\n")

    def test_a_server_runs_until_the_document_ends_on_a_port_of_its_own(self):
        serve = 'python3 -c "\nimport http.server as h, sys\nclass H(h.BaseHTTPRequestHandler):\n  def do_GET(self):\n    self.send_response(200); self.end_headers(); self.wfile.write(b\'hi\')\n  def log_message(self, *a): pass\nprint(\'up\', flush=True)\nh.HTTPServer((\'127.0.0.1\', int(\'127.0.0.1:8080\'.split(\':\')[1])), H).serve_forever()"'
        text = f"```sh server\n{serve}\n```\n```text\nup\n```\n```sh\ncurl -s http://127.0.0.1:8080/\n```\n"
        self.assertEqual(follow(text), ["up", "hi"])

    def test_a_server_that_ends_fails(self):
        with self.assertRaises(Failed):
            follow("```sh server\necho no data\n```\n")


class Comparing(unittest.TestCase):
    def test_dots_stand_for_what_differs(self):
        self.assertIsNone(differs_as_text("sha256 …\n…\nend", "sha256 77ab\none\ntwo\nend"))
        self.assertIsNone(differs_as_text("a\n…\nb", "a\nb"))
        self.assertIsNotNone(differs_as_text("a …\nend", "a b\nmore\nend"))
        self.assertIsNotNone(differs_as_text("a", "a\nb"))
        self.assertIsNotNone(differs_as_text("a\nb", "a"))
        self.assertIsNone(differs_as_text("…\nup", "log\nup\nmore", begins=True))

    def test_json_is_compared_by_what_it_says(self):
        self.assertIsNone(differs_as_json('{"b": [1, "…"], "a": "…", "…": "…"}', '{"a": {}, "b": [1, 2], "c": 3}'))
        self.assertIn("$.a", differs_as_json('{"a": true}', '{"a": 1}'))
        self.assertIn("besides", differs_as_json("{}", '{"a": 1}'))
        self.assertIn("elements", differs_as_json("[1]", "[1, 2]"))
        self.assertIn("no JSON", differs_as_json("{}", "error"))

    def test_links_lead_somewhere(self):
        text = f"[a](#a-heading) [b](#no) [c]({HERE.name}) [d](nowhere.md) [e](https://example.org)\n# A `heading`\n"
        sample = document(text)
        with tempfile.TemporaryDirectory() as folder:
            sample.path = pathlib.Path(folder, "sample.md")
            sample.path.write_text(text, encoding="utf-8")
            pathlib.Path(folder, HERE.name).touch()
            broken = broken_links([sample])
        self.assertEqual([line.rsplit(" ", 1)[1] for line in broken], ["#no", "nowhere.md"])
        self.assertEqual(anchor("What is `tested`, and what is not?"), "what-is-tested-and-what-is-not")


class Documents(unittest.TestCase):
    def test_the_limits_in_the_document_are_those_of_the_contract(self):
        rows = [
            line.removeprefix("/// ")
            for line in (ROOT / "wit/1.1/category.wit").read_text(encoding="utf-8").split("\n")
            if line.startswith("/// | ")
        ]
        start = next(at for at, row in enumerate(rows) if row.startswith("| what | limit |"))
        said = (ROOT / "docs/contract.md").read_text(encoding="utf-8").split("\n")
        self.assertGreater(len(rows[start:]), 20)
        for row in rows[start:]:
            self.assertIn(row, said)

    def test_the_rules_in_the_document_are_those_of_the_suite(self):
        source = (ROOT / "host/server/src/adapter/conformance/rule.rs").read_text(encoding="utf-8")
        rules = re.findall(r'^    rule\(\s*"([a-z.-]+)",\s*"((?:[^"\\]|\\.)*)",?\s*\),$', source, re.MULTILINE)
        self.assertGreater(len(rules), 20)
        said = (ROOT / "docs/contract.md").read_text(encoding="utf-8").split("\n")
        for rule, sentence in rules:
            # A string that goes on after a line's end.
            sentence = re.sub(r"\\\n\s*", "", sentence)
            self.assertIn(f"| `{rule}` | {sentence} |", said)


if __name__ == "__main__":
    unittest.main()
