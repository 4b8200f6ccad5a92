"""What a dataset is, without a word about components: plain functions, tested as such."""
