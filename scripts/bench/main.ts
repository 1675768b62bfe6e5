/**
 * Prints medians, 95th percentiles and ratios of one run: tsx scripts/bench/main.ts [--port 4191] [section ...].
 * With --record "name" it measures what the page "This device" measures, and keeps it in public/bench/recorded.json.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { openHost, runInPage, type Section } from './host.ts';
import { benchLarge } from './large.ts';
import { benchPage } from './page.ts';
import { recordDevice } from './record.ts';
import { formatRow } from './rows.ts';
import { benchTraining } from './training.ts';

const chromiumPath = process.env.BONDLAB_CHROMIUM ?? '/usr/bin/chromium';

const SECTIONS: Section[] = [
  {
    id: 'scoring',
    title: 'All-query metrics of the six directions, one slider step (Unified++, embedded collection)',
    run: (host) => runInPage(host, 'scoring'),
  },
  {
    id: 'list',
    title: 'The visible list on the main thread (Unified++, a sound against all texts of sounds)',
    run: (host) => runInPage(host, 'list'),
  },
  {
    id: 'large',
    title: 'Collections of paper size (made-up components, two a side)',
    run: benchLarge,
  },
  {
    id: 'training',
    title: 'Training a projector: one step, forward, back and Adam',
    run: benchTraining,
  },
  {
    id: 'device',
    title: 'What the page "This device" measures',
    run: (host) => runInPage(host, 'device'),
  },
  {
    id: 'data',
    title: 'Own data before they are kept: arrays read, rows checked, media planned',
    run: (host) => runInPage(host, 'data'),
  },
  {
    id: 'encoders',
    title: 'Encoders and ensembles on each backend (int8 on WebAssembly, 4-bit on WebGPU)',
    run: (host) => runInPage(host, 'encoders'),
  },
  {
    id: 'page',
    title: 'The built page at 1440 x 900',
    run: () => benchPage(chromiumPath),
  },
];

const { values, positionals } = parseArgs({
  options: { port: { type: 'string', default: '4191' }, record: { type: 'string' } },
  allowPositionals: true,
});
const unknown = positionals.filter((id) => !SECTIONS.some((section) => section.id === id));
if (unknown.length > 0) {
  console.error(
    `There is no section ${unknown.join(', ')}; there are ${SECTIONS.map(({ id }) => id).join(', ')}.`,
  );
  process.exit(1);
}

const host = await openHost({
  chromiumPath,
  port: Number(values.port),
});
try {
  console.log(`${cpus().length} x ${cpus()[0]!.model}, Node ${process.versions.node}`);
  for (const section of values.record === undefined ? SECTIONS : []) {
    if (positionals.length > 0 && !positionals.includes(section.id)) continue;
    console.log(`\n${section.title}`);
    for (const row of await section.run(host)) console.log(formatRow(row));
  }
  if (values.record !== undefined) {
    for (const row of await recordDevice(host, values.record)) console.log(formatRow(row));
  }
} finally {
  await host.close();
}
