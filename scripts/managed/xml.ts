/** Text as it stands in an XML document, in an attribute too. */
export function xml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}
