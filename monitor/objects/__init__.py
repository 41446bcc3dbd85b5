"""The team's object store: S3, Google Cloud Storage, Azure or a folder, behind one small interface."""
