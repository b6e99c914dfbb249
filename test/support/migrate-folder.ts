/** A program of its own that migrates a database by a folder's files; to be killed by tests: `migrate-folder.ts URL FOLDER`. */
import { sentenceOf } from '../../core/errors.ts';
import { migrate } from '../../service/store/schema/migrate.ts';

const [url, directory] = process.argv.slice(2) as [string, string];
try {
  await migrate(url, { directory, onStep: (step) => void process.stdout.write(`${step}\n`) });
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
