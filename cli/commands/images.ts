import { Command, Option } from 'commander';
import { ValuesOptions, cloudOf, collect, valuesOf, withPlaces, withValues } from '../cloud-options';
import type { ImagesOptions } from '../images';
import { formatOption } from '../format';

export function addImages(program: Command): void {
  withValues(program.command('images'))
    .description('List every image that a cloud runs, to mirror or to check them.')
    .addOption(formatOption())
    .option('--check', 'ask the registries whether they have the images')
    .option('--insecure-registry <registry>', 'ask this registry by http; may be given several times', collect)
    .addOption(
      new Option(
        '--copy <registry>',
        "print what to copy there, for skopeo, and the values that use it; 'registry/path' serves too",
      ).conflicts('check'),
    )
    .addHelpText(
      'after',
      '\nTo copy all of them:\n  kolla-cdk8s images … --copy REGISTRY | xargs -n 2 skopeo copy --all',
    )
    .action(async (options: ValuesOptions & ImagesOptions) => {
      const [{ imagesReport }, { values, sources }] = await Promise.all([import('../images.js'), valuesOf(options)]);
      const { out, remarks, failed } = await withPlaces(sources, async () =>
        imagesReport(await cloudOf(), values, options),
      );
      console.log(out);
      for (const remark of remarks) console.error(remark);
      if (failed) process.exitCode = 1;
    });
}
