/**
 * Imported before any schema: zod decides when a schema is made whether it may write code for it at run time, which the
 * content security policy forbids.
 */
import { z } from 'zod';

z.config({ jitless: true });
