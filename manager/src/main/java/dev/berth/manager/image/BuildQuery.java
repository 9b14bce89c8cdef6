package dev.berth.manager.image;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.manager.image.archive.BuildContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters of a build as an engine gets them (Engine API, ImageBuild). */
final class BuildQuery {
  private BuildQuery() {}

  /**
   * For one build.
   *
   * @param target the stage to build, as the engine knows it; empty for the last
   * @param cache where it may take steps from
   * @param network the engine's name or id of it
   * @param group the control group of its containers
   */
  static String of(
      BuildRequest wanted,
      String target,
      Map<String, List<String>> cache,
      String network,
      Optional<String> group) {
    Map<String, List<String>> parameters = new LinkedHashMap<>(wanted.options());
    parameters.put("dockerfile", List.of(BuildContext.WRITTEN));
    // Nobody could remove a container that is left.
    parameters.put("rm", List.of("1"));
    parameters.put("forcerm", List.of("1"));
    if (!target.isEmpty()) {
      parameters.put("target", List.of(target));
    }
    parameters.put("buildargs", List.of(arguments(wanted.arguments())));
    parameters.putAll(cache);
    parameters.put("networkmode", List.of(network));
    group.ifPresent(name -> parameters.put("cgroupparent", List.of(name)));
    return of(parameters);
  }

  private static String arguments(Map<String, Optional<String>> arguments) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    arguments.forEach(
        (name, value) ->
            value.ifPresentOrElse(text -> json.put(name, text), () -> json.putNull(name)));
    return json.toString();
  }

  /** Written with the question mark. */
  static String of(Map<String, List<String>> parameters) {
    StringBuilder text = new StringBuilder();
    parameters.forEach(
        (name, values) ->
            values.forEach(
                value ->
                    text.append(text.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8))));
    return text.toString();
  }
}
