/**
 * Reading Dockerfiles as the classic builder does, and writing them anew so that they name images
 * by id alone. A Dockerfile's bytes and what its names mean come in; bytes for an engine go out,
 * with what to show in their place. Text is kept byte for byte, a character for each byte.
 */
package dev.berth.manager.image.dockerfile;
