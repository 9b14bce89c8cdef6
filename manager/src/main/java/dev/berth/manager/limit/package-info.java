/**
 * What one tenant, or one address, may ask of a manager at once, so that it does not keep others
 * from being served. Requests come in; places to work in go out, or refusals.
 */
package dev.berth.manager.limit;
