// Reasons against something, gathered so that its author gets all of them at once.

/** More are not read by anybody, and the host keeps 256. */
const MOST = 100;

export class Findings {
  #list = [];

  /**
   * @param {string} rule `noun.adjective`; see `finding` in the contract
   * @param {string} subject what it is about: a permission, a file, a field
   * @param {string} message what is wrong, and at its end the fix
   */
  add(rule, subject, message) {
    if (this.#list.length < MOST) {
      this.#list.push({ rule, subject, message });
    }
  }

  get isEmpty() {
    return this.#list.length === 0;
  }

  get list() {
    return this.#list;
  }

  /** What is thrown out of a function with a `result` becomes its `err`: a refusal. */
  refuse() {
    if (!this.isEmpty) {
      throw this.#list;
    }
  }
}

/** A text of the author's, short enough for a sentence. */
export function quote(text) {
  const characters = [...text];
  return `\`${characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : text}\``;
}

/** "`a`, `b` and 3 more". */
export function some(names, most = 5) {
  const shown = names.slice(0, most).map(quote).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
