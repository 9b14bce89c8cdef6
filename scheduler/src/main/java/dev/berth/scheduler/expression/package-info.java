/**
 * What users write to steer placement: constraints on hosts and affinities to containers and
 * images, in classic Swarm's language. Texts come in; bounded expressions that can be asked whether
 * they hold go out.
 */
package dev.berth.scheduler.expression;
