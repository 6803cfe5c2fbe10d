"""The operator API: what people do whom AWS knows."""
