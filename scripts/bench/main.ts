/** Prints medians, 95th percentiles and ratios of one run: tsx scripts/bench/main.ts [--port 4191] [section ...]. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { openHost, runInPage, type Section } from './host.ts';
import { formatRow } from './rows.ts';

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
];

const { values, positionals } = parseArgs({
  options: { port: { type: 'string', default: '4191' } },
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
  chromiumPath: process.env.BONDLAB_CHROMIUM ?? '/usr/bin/chromium',
  port: Number(values.port),
});
try {
  console.log(`${cpus().length} x ${cpus()[0]!.model}, Node ${process.versions.node}`);
  for (const section of SECTIONS) {
    if (positionals.length > 0 && !positionals.includes(section.id)) continue;
    console.log(`\n${section.title}`);
    for (const row of await section.run(host)) console.log(formatRow(row));
  }
} finally {
  await host.close();
}
