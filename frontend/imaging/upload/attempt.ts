/** A press whose refusal is said in the page's own way. */
import { toast } from '../../kernel/toast.ts';

export async function attempt(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}
