import type { Cloud } from '../lib/cloud';
import { CloudImage, imagesIn, mirrorOf, unknownImagesIn } from '../lib/cloud/images';
import { yaml } from '../lib/cloud/yaml';
import type { JsonMap } from '../lib/values/expression';
import { imagePath, registry } from '../lib/values/types';
import type { Format } from './format';
import { withProgress } from './progress';
import { askFor } from './registry';
import type { Answer } from './registry';
import { credentialsOf } from './registry-credentials';

export interface ImagesOptions {
  readonly format: Format;
  readonly check?: boolean;
  readonly insecureRegistry?: readonly string[];
  readonly copy?: string;
}

/** What a command prints. */
export interface Report {
  readonly out: string;
  /** For a person; never a part of what another program reads. */
  readonly remarks: readonly string[];
  readonly failed: boolean;
}

/** The images of a cloud, as the options want them. */
export async function imagesReport(cloud: Cloud, values: JsonMap, options: ImagesOptions): Promise<Report> {
  if (options.insecureRegistry && !options.check) throw new Error('--insecure-registry goes with --check only');
  const objects = cloud.render([values], { tests: true });
  const images = imagesIn(objects);
  const unknown = unknownImagesIn(objects).map(
    ({ object, group }) => `not in the list: what the operator of ${group} runs for ${object}`,
  );
  const report =
    options.copy === undefined
      ? options.check
        ? await checkReport(images, options)
        : listReport(images, options)
      : copyReport(cloud, values, options.copy, options);
  return { ...report, remarks: [...report.remarks, ...unknown] };
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

const listReport = (images: readonly CloudImage[], { format }: ImagesOptions): Report => ({
  out: format === 'json' ? json(images) : images.map(({ image }) => image).join('\n'),
  remarks: [],
  failed: false,
});

async function checkReport(images: readonly CloudImage[], { format, insecureRegistry = [] }: ImagesOptions) {
  const credentials = credentialsOf(process.env);
  const answers = await withProgress((say) => {
    const answered = (count: number): void => say(`${count} of ${images.length} images asked for`);
    answered(0);
    return askFor(images, { credentials, insecure: insecureRegistry, answered });
  });
  const wrong = answers.filter(([, { status }]) => status !== 'there');
  const lines = wrong.map(([image, answer]) => lineOf(image, answer));
  const summary =
    wrong.length === 0
      ? `all ${images.length} images are there`
      : `${images.length - wrong.length} of ${images.length} images are there`;
  return {
    out: format === 'json' ? json(answers.map(([image, answer]) => ({ ...image, ...answer }))) : summary,
    remarks: lines,
    failed: wrong.length > 0,
  };
}

const lineOf = ({ image, services }: CloudImage, answer: Answer): string =>
  answer.status === 'unknown'
    ? `not known: ${image}: ${answer.reason}`
    : `missing: ${image}, for ${services.join(', ')}`;

function copyReport(cloud: Cloud, values: JsonMap, to: string, { format }: ImagesOptions): Report {
  const mirror = to.replace(/\/$/, '');
  assertMirror(mirror);
  const { copies, values: other, fixed } = mirrorOf(cloud, [values], mirror);
  const remarks = fixed.map((image) => `no value replaces ${image}: it stays where it is`);
  if (format === 'json') return { out: json({ copies, values: other }), remarks, failed: false };
  return {
    out: copies.map(({ source, target }) => `docker://${source} docker://${target}`).join('\n'),
    remarks: [...remarks, `values by which the cloud takes its images from ${mirror}:\n${yaml(other).trimEnd()}`],
    failed: false,
  };
}

function assertMirror(mirror: string): void {
  const [host, ...path] = mirror.split('/');
  const { success: isHost } = registry().safeParse(host);
  if (isHost && (path.length === 0 || imagePath().safeParse(path.join('/')).success)) return;
  throw new Error(
    `--copy: found ${JSON.stringify(mirror)}, a registry such as registry.example.org:5000 is needed, maybe with a path of lower-case names`,
  );
}
