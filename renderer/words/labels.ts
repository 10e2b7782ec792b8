const PLACE_KEYS = new Set(['env', 'environment', 'stage', 'tier']);
const PRODUCTION = new Set(['prod', 'production', 'live', 'prd']);

export interface Label {
  key: string;
  value: string;
  production: boolean;
}

/** Labels to draw: where the target stands first, so that production is never the badge that falls off the line. */
export function labelsInOrder(labels: Readonly<Record<string, string>>): Label[] {
  return Object.entries(labels)
    .map(([key, value]) => ({ key, value, production: isProductionLabel(key, value) }))
    .sort((a, b) => rank(a) - rank(b) || a.key.localeCompare(b.key));
}

/** Whether a target's labels say that it is production. Only a hint for the eye; policy decides what it means. */
export function isProduction(labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).some(([key, value]) => isProductionLabel(key, value));
}

/** The label that says where a target stands (env, stage…), if it has one. */
export function placeLabel(labels: Readonly<Record<string, string>>): Label | undefined {
  return labelsInOrder(labels).find((label) => PLACE_KEYS.has(label.key.toLowerCase()));
}

/** All other labels, as "team payments". */
export function otherLabels(labels: Readonly<Record<string, string>>): string[] {
  const place = placeLabel(labels)?.key;
  return labelsInOrder(labels)
    .filter((label) => label.key !== place)
    .map((label) => `${label.key} ${label.value}`);
}

function isProductionLabel(key: string, value: string): boolean {
  return PLACE_KEYS.has(key.toLowerCase()) && PRODUCTION.has(value.toLowerCase());
}

function rank(label: Label): number {
  return label.production ? 0 : PLACE_KEYS.has(label.key.toLowerCase()) ? 1 : 2;
}
