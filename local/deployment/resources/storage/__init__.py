"""What keeps data: tables and buckets."""
