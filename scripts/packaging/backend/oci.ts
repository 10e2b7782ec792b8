export async function buildImage(_tree: string, _into: string, _options: { version: string; epoch: number }) {}
