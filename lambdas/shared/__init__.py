"""The domain of reviews. Standard library and boto3 only: it is part of every zip."""
