import { Command, Option } from 'commander';
import { RELEASES } from '../../lib/kolla/releases';
import { ValuesOptions, cloudOf, valuesOf, withValues } from '../cloud-options';

interface ValidateOptions extends ValuesOptions {
  readonly targetRelease?: string;
}

export function addValidate(program: Command): void {
  withValues(program.command('validate'))
    .description('Say all that is wrong with the values of a cloud, and what to look at. Writes nothing.')
    .addOption(
      new Option('--target-release <release>', 'say also what another release makes of them').choices(RELEASES),
    )
    .action(async (options: ValidateOptions) => {
      const { assertNone, remarksOn, upgradeRemarks } = await import('../../lib/cloud/index.js');
      const cloud = await cloudOf({ values: [await valuesOf(options)] });
      const findings = cloud.findings();
      assertNone(findings.problems);
      console.log(['the values are valid', ...remarksOn(findings)].join('\n'));
      const { targetRelease } = options;
      if (targetRelease === undefined) return;
      const upgrade = cloud.upgrade(targetRelease);
      const remarks = upgradeRemarks(upgrade);
      console.log([`in OpenStack ${targetRelease}:${remarks.length === 0 ? ' the same' : ''}`, ...remarks].join('\n'));
      if (upgrade.problems.length > 0) process.exitCode = 1;
    });
}
