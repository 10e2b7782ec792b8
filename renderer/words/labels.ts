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

function isProductionLabel(key: string, value: string): boolean {
  return PLACE_KEYS.has(key.toLowerCase()) && PRODUCTION.has(value.toLowerCase());
}

function rank(label: Label): number {
  return label.production ? 0 : PLACE_KEYS.has(label.key.toLowerCase()) ? 1 : 2;
}
