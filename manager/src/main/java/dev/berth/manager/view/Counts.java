package dev.berth.manager.view;

/** How many containers a scope has, by state, as {@code GET /info} tells. */
public record Counts(int containers, int running, int paused, int stopped) {}
