const FACTORS: { readonly [suffix: string]: number } = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/**
 * What a quantity such as `10Gi`, `250m` or `1e3` comes to; undefined where it is none.
 *
 * Source: k8s.io/apimachinery pkg/api/resource/quantity.go.
 */
export function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const [, digits, suffix] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  const factor = FACTORS[suffix ?? 'none'];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
