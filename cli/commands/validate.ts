import { Command, Option } from 'commander';
import type { CloudFindings, Source, UpgradeFindings } from '../../lib/cloud';
import { RELEASES } from '../../lib/kolla/releases';
import type { Problem } from '../../lib/values/problem';
import { ValuesOptions, cloudOf, valuesOf, withValues } from '../cloud-options';
import { Format, formatOption } from '../format';

interface ValidateOptions extends ValuesOptions {
  readonly targetRelease?: string;
  readonly format: Format;
}

export function addValidate(program: Command): void {
  withValues(program.command('validate'))
    .description('Say all that is wrong with the values of a cloud, and what to look at. Writes nothing.')
    .addOption(
      new Option('--target-release <release>', 'say also what another release makes of them').choices(RELEASES),
    )
    .addOption(formatOption())
    .action(async (options: ValidateOptions) => {
      const { values, sources } = await valuesOf(options);
      const { targetRelease, format } = options;
      const cloud = await cloudOf({ values: [values] });
      const findings = cloud.findings();
      const refused = findings.problems.length > 0;
      const upgrade = refused || targetRelease === undefined ? undefined : cloud.upgrade(targetRelease);
      if (refused || (upgrade && upgrade.problems.length > 0)) process.exitCode = 1;
      const tell = format === 'json' ? asJson : asText;
      await tell(findings, sources, upgrade && { ...upgrade, release: targetRelease! });
    });
}

interface Upgrade extends UpgradeFindings {
  readonly release: string;
}

async function asText(findings: CloudFindings, sources: readonly Source[], upgrade?: Upgrade): Promise<void> {
  const { assertNone, placed, remarksOn, upgradeRemarks } = await import('../../lib/cloud/index.js');
  assertNone(placed(findings.problems, sources));
  const warnings = placed(findings.warnings, sources);
  console.log(['the values are valid', ...remarksOn({ ...findings, warnings })].join('\n'));
  if (!upgrade) return;
  const [problems, changes] = [placed(upgrade.problems, sources), placed(upgrade.changes, sources)];
  const remarks = upgradeRemarks({ problems, changes });
  console.log([`in OpenStack ${upgrade.release}:${remarks.length === 0 ? ' the same' : ''}`, ...remarks].join('\n'));
}

async function asJson(findings: CloudFindings, sources: readonly Source[], upgrade?: Upgrade): Promise<void> {
  const [{ placeOf }, { pathOf }] = await Promise.all([
    import('../../lib/cloud/index.js'),
    import('../../lib/values/expression.js'),
  ]);
  const told = (problems: readonly Problem[]) =>
    problems.map(({ path, message }) => ({ path: pathOf(path), message, where: placeOf(path, sources) }));
  const said = {
    valid: findings.problems.length === 0,
    problems: told(findings.problems),
    warnings: told(findings.warnings),
    unchecked: findings.unchecked.map(pathOf),
    ...(upgrade && {
      upgrade: { release: upgrade.release, problems: told(upgrade.problems), changes: told(upgrade.changes) },
    }),
  };
  console.log(JSON.stringify(said, undefined, 2));
}
