package dev.berth.lab.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What an image consists of: a name, a file system of one layer, and a configuration. Immutable;
 * every {@code with} method answers a changed copy. The same content gives the same image id on
 * every engine; images that must not share an id (because one test removes what another uses)
 * differ in a label or a file.
 */
public final class LabImage {

  private final String name;
  private final SortedMap<String, Entry> entries;
  private final List<String> entrypoint;
  private final List<String> command;
  private final SortedMap<String, String> environment;
  private final SortedMap<String, String> labels;
  private final SortedSet<String> ports;
  private final SortedSet<String> volumes;

  private LabImage(
      String name,
      SortedMap<String, Entry> entries,
      List<String> entrypoint,
      List<String> command,
      SortedMap<String, String> environment,
      SortedMap<String, String> labels,
      SortedSet<String> ports,
      SortedSet<String> volumes) {
    this.name = name;
    this.entries = Collections.unmodifiableSortedMap(entries);
    this.entrypoint = List.copyOf(entrypoint);
    this.command = List.copyOf(command);
    this.environment = Collections.unmodifiableSortedMap(environment);
    this.labels = Collections.unmodifiableSortedMap(labels);
    this.ports = Collections.unmodifiableSortedSet(ports);
    this.volumes = Collections.unmodifiableSortedSet(volumes);
  }

  /** An image of no file and no command, with a reference such as {@code web:1}. */
  public static LabImage named(String reference) {
    return new LabImage(
        tagged(reference),
        new TreeMap<>(),
        List.of(),
        List.of(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeSet<>(),
        new TreeSet<>());
  }

  /** {@code busybox:latest}: a shell and all of this machine's static busybox's applets. */
  public static LabImage busybox() {
    return Busybox.image();
  }

  /** The same content under another reference. */
  public LabImage as(String reference) {
    return new LabImage(
        tagged(reference), entries, entrypoint, command, environment, labels, ports, volumes);
  }

  public LabImage withText(String path, String content) {
    return withEntry(path, new Entry.Text(content, 0644));
  }

  /** A file that may be executed, for scripts. */
  public LabImage withScript(String path, String content) {
    return withEntry(path, new Entry.Text(content, 0755));
  }

  /** A copy of a file of this machine, with its permissions. Read when the archive is written. */
  public LabImage withFile(String path, Path source) {
    return withEntry(path, new Entry.Copy(source, mode(source)));
  }

  public LabImage withLink(String path, String target) {
    return withEntry(path, new Entry.Link(target));
  }

  public LabImage withDirectory(String path) {
    return withEntry(path, new Entry.Directory(0755));
  }

  LabImage withEntry(String path, Entry entry) {
    SortedMap<String, Entry> changed = new TreeMap<>(entries);
    put(changed, path, entry);
    return withEntries(changed);
  }

  LabImage withEntries(SortedMap<String, Entry> changed) {
    return new LabImage(name, changed, entrypoint, command, environment, labels, ports, volumes);
  }

  /** Everything below a directory of this machine: directories, files and symbolic links. */
  public LabImage withTree(Path root) {
    SortedMap<String, Entry> changed = new TreeMap<>(entries);
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths.filter(path -> !path.equals(root))::iterator) {
        put(changed, root.relativize(path).toString(), entryOf(path));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read " + root + " for image " + name + ": " + e.getMessage(), e);
    }
    return withEntries(changed);
  }

  public LabImage withEntrypoint(String... words) {
    return new LabImage(
        name, entries, List.of(words), command, environment, labels, ports, volumes);
  }

  public LabImage withCommand(String... words) {
    return new LabImage(
        name, entries, entrypoint, List.of(words), environment, labels, ports, volumes);
  }

  public LabImage withEnvironment(String variable, String value) {
    return new LabImage(
        name,
        entries,
        entrypoint,
        command,
        plus(environment, variable, value),
        labels,
        ports,
        volumes);
  }

  public LabImage withLabel(String label, String value) {
    return new LabImage(
        name,
        entries,
        entrypoint,
        command,
        environment,
        plus(labels, label, value),
        ports,
        volumes);
  }

  /** A port with its protocol, such as {@code 80/tcp}. */
  public LabImage withExposedPort(String port) {
    return new LabImage(
        name, entries, entrypoint, command, environment, labels, plus(ports, port), volumes);
  }

  public LabImage withVolume(String path) {
    return new LabImage(
        name, entries, entrypoint, command, environment, labels, ports, plus(volumes, path));
  }

  /** The reference, always with a tag. */
  public String name() {
    return name;
  }

  /**
   * Writes the archive that {@code POST /images/load} takes.
   *
   * @throws IOException when a source cannot be read or the file cannot be written
   */
  public ImageArchive writeTo(Path file) throws IOException {
    return ImageArchive.write(this, file);
  }

  SortedMap<String, Entry> entries() {
    return entries;
  }

  List<String> entrypoint() {
    return entrypoint;
  }

  List<String> command() {
    return command;
  }

  SortedMap<String, String> environment() {
    return environment;
  }

  SortedMap<String, String> labels() {
    return labels;
  }

  SortedSet<String> ports() {
    return ports;
  }

  SortedSet<String> volumes() {
    return volumes;
  }

  static void put(SortedMap<String, Entry> entries, String path, Entry entry) {
    String relative = path.startsWith("/") ? path.substring(1) : path;
    for (int slash = relative.indexOf('/'); slash > 0; slash = relative.indexOf('/', slash + 1)) {
      entries.putIfAbsent(relative.substring(0, slash), new Entry.Directory(0755));
    }
    entries.put(relative, entry);
  }

  private static String tagged(String reference) {
    return reference.substring(reference.lastIndexOf('/') + 1).contains(":")
        ? reference
        : reference + ":latest";
  }

  private static Entry entryOf(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return new Entry.Link(Files.readSymbolicLink(path).toString());
    }
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        ? new Entry.Directory(mode(path))
        : new Entry.Copy(path, mode(path));
  }

  private static int mode(Path path) {
    try {
      return (Integer) Files.getAttribute(path, "unix:mode") & 07777;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read " + path + " for an image: " + e.getMessage(), e);
    }
  }

  private static SortedMap<String, String> plus(Map<String, String> map, String key, String value) {
    SortedMap<String, String> changed = new TreeMap<>(map);
    changed.put(key, value);
    return changed;
  }

  private static SortedSet<String> plus(Set<String> set, String value) {
    SortedSet<String> changed = new TreeSet<>(set);
    changed.add(value);
    return changed;
  }
}
