/** Amounts of what a host has and a container takes, with their units in their types. */
package dev.berth.common.resource;
