package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.berth.common.id.ImageId;
import dev.berth.manager.view.TenantImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The room that a tenant's images take, with layers that several of them have counted once. An
 * engine's own figures would tell of other tenants' images with the same layers.
 */
public final class LayerSizes {

  /** An image's layers from the base up: the name of the layer with all below it, and its bytes. */
  private record Layer(String chain, long bytes) {}

  private final Map<ImageId, List<Layer>> images = new HashMap<>();
  private final Map<String, Integer> users = new HashMap<>();
  private long total;

  private LayerSizes() {}

  /** Asks hosts that have the images; one that nobody can tell of counts as a whole. */
  static LayerSizes of(List<TenantImage> images, EngineImages engines) {
    LayerSizes sizes = new LayerSizes();
    for (TenantImage image : images) {
      List<Layer> layers = layers(image, engines);
      sizes.images.put(image.id(), layers);
      for (Layer layer : layers) {
        if (sizes.users.merge(layer.chain(), 1, Integer::sum) == 1) {
          sizes.total += layer.bytes();
        }
      }
    }
    return sizes;
  }

  private static List<Layer> layers(TenantImage image, EngineImages engines) {
    try {
      JsonNode described = engines.ask(image.id(), "json").path("RootFS").path("Layers");
      JsonNode history = engines.ask(image.id(), "history");
      List<Long> bytes = new ArrayList<>();
      for (int i = history.size() - 1; i >= 0; i--) {
        long size = history.path(i).path("Size").asLong();
        if (size > 0) {
          bytes.add(size);
        }
      }
      if (described instanceof ArrayNode layers && bytes.size() <= layers.size()) {
        List<Layer> found = new ArrayList<>();
        StringBuilder chain = new StringBuilder();
        for (int i = 0; i < layers.size(); i++) {
          chain.append(layers.get(i).asText());
          found.add(new Layer(chain.toString(), i < bytes.size() ? bytes.get(i) : 0));
        }
        return found;
      }
    } catch (IOException e) {
      // No host that answers has it: what the records say of it has to do.
    }
    return List.of(new Layer(image.id().value(), image.size()));
  }

  /** The bytes of all images together. */
  public long total() {
    return total;
  }

  /** The bytes of an image that others of the tenant's have, too. */
  public long shared(ImageId image) {
    return images.getOrDefault(image, List.of()).stream()
        .filter(layer -> users.get(layer.chain()) > 1)
        .mapToLong(Layer::bytes)
        .sum();
  }
}
