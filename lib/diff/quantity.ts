const FACTORS: { readonly [suffix: string]: number } = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** The most that a quantity with a suffix such as `Gi` comes to: 2⁶³ - 1, as nearly as a number here can say that. */
const MOST_BINARY = 2 ** 63;

/**
 * What a quantity such as `10Gi`, `250m` or `1e3` comes to; undefined where it is none.
 *
 * Source: k8s.io/apimachinery pkg/api/resource/quantity.go.
 */
export function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const [, digits, suffix] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  const factor = FACTORS[suffix ?? 'none'];
  if (digits === undefined || factor === undefined) return undefined;
  const amount = Number(digits) * factor;
  return suffix?.endsWith('i') ? Math.min(amount, MOST_BINARY) : amount;
}

/**
 * What the API server makes of a quantity among limits or requests: it rounds it up to a thousandth.
 *
 * Source: SetDefaults_ResourceList in Kubernetes' pkg/apis/core/v1/defaults.go.
 */
export function resource(value: unknown): number | undefined {
  const amount = quantity(value);
  // With as many digits as a number keeps: 1.1 is no more than 1100 thousandths.
  return amount === undefined ? undefined : Math.ceil(Number((amount * 1e3).toPrecision(15))) / 1e3;
}
