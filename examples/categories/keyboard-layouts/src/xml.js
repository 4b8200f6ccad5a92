// XML 1.0 as elements with attributes, read strictly.
//
// A layout is data. What XML has beyond elements and attributes is a way to be read differently by
// two programs, or to make one of them fetch or grow something: document types (and with them every
// entity but the five of XML itself), processing instructions, CDATA. None of it is accepted.

import { SaxesParser } from 'saxes';

import { quote } from './findings.js';

/** A large layout, with long presses on every key, has some hundred elements. */
const MOST_ELEMENTS = 10_000;
/** `keyboard3` / `transforms` / `transformGroup` / `transform` is the deepest that the format has. */
const DEEPEST = 8;
const MOST_ATTRIBUTES = 16;

/** Why a file cannot be read. */
export class Unreadable extends Error {
  constructor(rule, message) {
    super(message);
    this.rule = rule;
  }
}

/**
 * @typedef {{name: string, line: number, attributes: Map<string, string>, children: Element[]}} Element
 */

/**
 * The root element of a file.
 *
 * @param {Uint8Array} bytes
 * @returns {Element}
 * @throws {Unreadable}
 */
export function parse(bytes) {
  const parser = new SaxesParser({ position: true });
  const open = [];
  let root = null;
  let elements = 0;

  const refuse = (rule, message) => {
    throw new Unreadable(rule, message);
  };
  const here = () => `Line ${parser.line}`;

  parser.on('error', (error) => {
    // Its message begins with line and column: "3:17: unclosed tag: key".
    const [, line, , what] = /^(\d+):(\d+): ([^]*)$/.exec(error.message) ?? ['', String(parser.line), '', error.message];
    refuse('xml.malformed', `Line ${line} is not well-formed XML: ${what.replace(/\.$/, '')}. Correct it.`);
  });
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== undefined && version !== '1.0') {
      refuse('xml.unsupported', `The file is XML ${version}. Write it as XML 1.0.`);
    }
    if (encoding !== undefined && encoding.toUpperCase() !== 'UTF-8') {
      refuse('package.not-utf8', `The file says that it is in ${quote(encoding)}. Save it as UTF-8.`);
    }
  });
  parser.on('doctype', () => {
    refuse('xml.doctype', `${here()} has a document type, which could define anything. Remove \`<!DOCTYPE …>\`; the format is known without it.`);
  });
  parser.on('processinginstruction', ({ target }) => {
    refuse('xml.instruction', `${here()} has the processing instruction ${quote(target)}. Remove it.`);
  });
  parser.on('cdata', () => {
    refuse('xml.text', `${here()} has a CDATA section, and a layout has no text between its elements. Remove it.`);
  });
  parser.on('text', (text) => {
    if (/[^ \t\r\n]/.test(text)) {
      refuse('xml.text', `${here()} has text between elements: ${quote(text.trim())}. Remove it, or make it a comment.`);
    }
  });
  parser.on('opentag', ({ name, attributes }) => {
    const entries = Object.entries(attributes);
    elements += 1;
    if (elements > MOST_ELEMENTS) {
      refuse('xml.too-large', `The file has more than ${MOST_ELEMENTS} elements. Split the layout.`);
    }
    if (open.length >= DEEPEST) {
      refuse('xml.too-deep', `${here()}: ${quote(name)} is more than ${DEEPEST} elements deep. Nest it as the format does.`);
    }
    if (entries.length > MOST_ATTRIBUTES) {
      refuse('xml.too-large', `${here()}: ${quote(name)} has more than ${MOST_ATTRIBUTES} attributes. Remove those that the format does not know.`);
    }
    const element = { name, line: parser.line, attributes: new Map(entries), children: [] };
    if (open.length === 0) {
      root = element;
    } else {
      open[open.length - 1].children.push(element);
    }
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });

  parser.write(decode(bytes)).close();
  return root;
}

function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable('package.not-utf8', 'The file is not UTF-8. Save it as UTF-8.');
  }
}
