package dev.berth.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a later process needs to know of a lab: {@code lab.json} in the lab's directory. Written
 * before what it names is made where that can be, so that a lab whose maker died can be taken down.
 *
 * @param id eight hex digits, in the environment of every process of the lab
 * @param boot the machine's boot within which the process ids hold
 * @param madeDirectory whether the lab made its directory, and so removes it
 * @param subnet x of 10.213.x.0/24; 0 until it is known
 * @param bridgeHolder the process that holds the switch's namespace
 * @param images names of the image archives that every host gets, in {@code images/}
 */
record LabState(
    String id,
    String boot,
    boolean madeDirectory,
    int subnet,
    ProcessId bridgeHolder,
    List<String> images,
    List<Host> hosts) {

  /**
   * @param processes what was spawned on the host and may still run
   */
  record Host(
      int index,
      ProcessId holder,
      ProcessId engine,
      boolean isCut,
      long startLimitMillis,
      List<String> engineFlags,
      List<String> loadedImages,
      List<ProcessId> processes) {}

  /** After a boot every process is gone, and its number may be anybody's. */
  LabState afterReboot() {
    List<Host> off =
        hosts.stream()
            .map(
                host ->
                    new Host(
                        host.index,
                        ProcessId.NONE,
                        ProcessId.NONE,
                        host.isCut,
                        host.startLimitMillis,
                        host.engineFlags,
                        host.loadedImages,
                        List.of()))
            .toList();
    return new LabState(
        id, LabState.currentBoot(), madeDirectory, subnet, ProcessId.NONE, images, off);
  }

  private static final String FILE = "lab.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  static boolean existsIn(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  static LabState read(Path directory) {
    try {
      return JSON.readValue(directory.resolve(FILE).toFile(), LabState.class);
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new LabException("there is no lab in %s: it has no %s".formatted(directory, FILE), e);
    } catch (IOException e) {
      throw new LabException(
          "cannot read %s: %s".formatted(directory.resolve(FILE), e.getMessage()), e);
    }
  }

  /** The first write, which makes the directory this lab's. */
  void claim(Path directory) {
    try {
      Files.write(
          directory.resolve(FILE), JSON.writeValueAsBytes(this), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new LabException(
          "there is a lab in %s already: open it, or take it down first".formatted(directory), e);
    } catch (IOException e) {
      throw new LabException(
          "cannot write %s: %s".formatted(directory.resolve(FILE), e.getMessage()), e);
    }
  }

  /** A reader sees the old state or the new one, never half of one. */
  void write(Path directory) {
    Path file = directory.resolve(FILE);
    Path next = directory.resolve(FILE + ".next");
    try {
      Files.write(next, JSON.writeValueAsBytes(this));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LabException("cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  static void remove(Path directory) {
    try {
      Files.deleteIfExists(directory.resolve(FILE + ".next"));
      Files.deleteIfExists(directory.resolve(FILE));
    } catch (IOException e) {
      throw new LabException(
          "cannot remove %s: %s".formatted(directory.resolve(FILE), e.getMessage()), e);
    }
  }

  static String currentBoot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      throw new LabException("cannot read the machine's boot id: " + e.getMessage(), e);
    }
  }
}
