/**
 * Amounts of what a host has and a container asks for, each with its unit in its type. What the
 * Engine API says comes in through {@code ofHostConfig}; sums that cannot be wrong go out.
 */
package dev.berth.common.resource;
