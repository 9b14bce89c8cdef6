/**
 * How much of each thing a tenant may have. Limits and amounts come in; what would go over a limit
 * is refused with a sentence, and what is within is counted until it is given back.
 */
package dev.berth.scheduler.quota;
